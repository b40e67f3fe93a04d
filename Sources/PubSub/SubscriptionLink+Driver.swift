// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Pipeline
internal import RESPCodec
internal import Synchronization
internal import Transport

extension SubscriptionLink {
    /// Does what the machine says, until it says stop. The link's only task.
    func drive() async {
        while true {
            let now = environment.now()
            var step = Machine.Step.stop
            perform { state in
                let outcome = state.machine.expire(now: now)
                step = state.machine.nextStep(now: now)
                return outcome
            }
            switch step {
            case .connect: await connect()
            case .send(let batch): await send(batch)
            case .reroute(let names): await reroute(names)
            case .disconnect: disconnect()
            case .wait(let instant): await signal.wait(until: instant, environment.sleep)
            case .stop: return
            }
        }
    }

    private func connect() async {
        let number = state.withLock { state in
            state.connectionNumber += 1
            return state.connectionNumber
        }
        do {
            try await followSlots()
            if state.withLock({ $0.machine.abandonConnect() }) { return }
            let connection = try await connector.open(
                endpoint, { [weak self] frame in self?.received(frame, from: number) },
                { [weak self] _ in self?.lost(number) })
            let now = environment.now()
            let isWanted = state.withLock { state in
                guard !state.machine.isClosed, state.connectionNumber == number else { return false }
                state.connection = connection
                state.lastFailure = nil
                state.machine.connected(now: now)
                return true
            }
            if !isWanted {
                connection.close()
            } else if connection.closeReason != nil {
                // It died before there was anybody to tell.
                lost(number)
            }
        } catch {
            let now = environment.now()
            let random = environment.random(0...1)
            let isPermanent = connector.isPermanentFailure(error)
            perform { state in
                state.lastFailure = error
                return state.machine.connectFailed(isPermanent: isPermanent, now: now, random: random)
            }
        }
    }

    private func send(_ batch: SubscriptionBatch) async {
        let (connection, number) = state.withLock { ($0.connection, $0.connectionNumber) }
        guard let connection else { return }
        let now = environment.now()
        let options = CallOptions(
            now: now, deadline: connector.callTimeout.map { now + $0 }, mayWaitInline: false)
        do {
            let errors = try await connection.sendSubscription(options) { batch.encode(into: &$0) }
            let answered = environment.now()
            perform { state in
                guard state.connectionNumber == number else { return Machine.Outcome() }
                return state.machine.answered(errors: errors, now: answered)
            }
        } catch {
            // Lost, silent, or the link is being closed: what was confirmed can't be known.
            dropConnection(number)
        }
    }

    private func disconnect() {
        let connection = state.withLock { state in
            state.connectionNumber += 1
            defer { state.connection = nil }
            return state.connection
        }
        connection?.close()
    }

    // MARK: Slots

    /// Sends shard channels to the connections of the nodes that have their slots now.
    private func reroute(_ names: [SubscriptionName]) async {
        do {
            try await follow(names)
        } catch {
            let now = environment.now()
            let random = environment.random(0...1)
            perform { state in
                state.machine.rerouteFailed(now: now, random: random)
                return Machine.Outcome()
            }
        }
    }

    /// Before a node of a cluster is dialed again: its slots may be served by another one by now.
    private func followSlots() async throws {
        guard endpoint != nil else { return }
        let names = state.withLock { $0.machine.shardChannelsToFollow }
        try await follow(names)
    }

    private func follow(_ names: [SubscriptionName]) async throws {
        // One fresh look at the topology answers for all of them.
        for (index, name) in names.enumerated() {
            follow(name, to: try await connector.endpoint(name.name, index == 0))
        }
    }

    private func follow(_ name: SubscriptionName, to target: Endpoint?) {
        var moved: (Machine.Moving, [SubscriberID: SubscriptionSink])?
        perform { state in
            let (moving, outcome) = state.machine.rerouted(name, isHere: target == endpoint)
            if let moving {
                let sinks = moving.subscribers.compactMap { id in state.sinks[id].map { (id, $0) } }
                moved = (moving, Dictionary(sinks, uniquingKeysWith: { $1 }))
            }
            return outcome
        }
        if let (moving, sinks) = moved { handOver(moving, target, sinks) }
    }
}
