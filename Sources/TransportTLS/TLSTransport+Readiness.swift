// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if TLS

    internal import Synchronization
    public import Transport

    extension TLSTransport {
        /// Sets what is called when an armed interest holds: on the thread that what is below calls on, or by a task.
        public func setReadinessHandler(_ handler: @escaping @Sendable (Readiness) -> Void) {
            let handler = ReadinessNotifier.Handler(handler)
            let former = core.withLock { $0.notifier.setHandler(handler) }
            _ = former  // freed here, outside of the lock
        }

        /// Arms an interest. A call may come for bytes of the protocol's own, such as a ticket, after which there is nothing
        /// to read.
        public func arm(_ interest: Readiness) {
            let holds = core.withLock { core in
                guard !core.isClosed else { return false }
                core.notifier.arm(interest)
                let held = Self.held(core)
                base.arm(interest.subtracting(held))
                return !interest.intersection(held).isEmpty
            }
            guard holds else { return }
            // Never inside this call: a task tells. It is rare: who arms has usually read everything.
            Task.detached { [self] in
                let call = core.withLock { $0.notifier.fire(Self.held($0)) }
                notify(call)
            }
        }

        /// What what is below won't tell of.
        private static func held(_ core: borrowing Core) -> Readiness {
            var held: Readiness = []
            if core.hasUnread || core.failure != nil || core.engine.state == .ended { held.insert(.readable) }
            if core.writeFailure != nil { held.insert(.writable) }
            return held
        }

        /// What is below is ready: what waits to be sent goes first.
        func baseIsReady(_ readiness: Readiness) {
            let call = core.withLock { core in
                guard !core.isClosed else { return nil as (ReadinessNotifier.Handler, Readiness)? }
                var fired = readiness
                if readiness.contains(.writable) {
                    send(&core)
                    if core.engine.hasOutput, core.writeFailure == nil {
                        base.arm(.writable)
                        fired.remove(.writable)
                    }
                }
                return core.notifier.fire(fired)
            }
            notify(call)
        }

        private func notify(_ call: (ReadinessNotifier.Handler, Readiness)?) {
            var call = call
            while let (handler, readiness) = call {
                handler.call(readiness)
                call = core.withLock { $0.notifier.called() }
            }
        }

        // MARK: The handshake

        /// Performs the handshake; call it before anything else.
        ///
        /// - Throws: `TransportError`, `CancellationError`. Close the transport then.
        func handshake() async throws {
            let gate = Gate()
            setReadinessHandler { _ in gate.open() }
            while let interest = try advance() {
                arm(interest)
                try await gate.wait()
            }
            let former = core.withLock { $0.notifier.setHandler(nil) }
            _ = former
        }

        /// Goes on with the handshake as far as it goes. Returns what to wait for, or `nil` at its end.
        private func advance() throws(TransportError) -> Readiness? {
            try received.withLock { (input) throws(TransportError) -> Readiness? in
                while true {
                    let isDone = try core.withLock { (core) throws(TransportError) -> Bool in
                        if core.isClosed { throw .closed }
                        input.consume(core.engine.handshake(input.unread))
                        send(&core)
                        switch core.engine.state {
                        case .failed(let failure):
                            core.failure = .security(failure)
                            throw .security(failure)
                        case .handshaking: return false
                        case .open, .ended:
                            core.hasUnread = !input.isEmpty || core.engine.hasDecrypted
                            if core.engine.hasOutput { base.arm(.writable) }
                            return true
                        }
                    }
                    if isDone { return nil }
                    let result = try input.fill { (room) throws(TransportError) in try base.tryRead(into: &room) }
                    switch result {
                    case .bytes: continue
                    case .endOfStream: throw .security(.truncated)
                    case .wouldBlock: return core.withLock { $0.engine.hasOutput } ? [.readable, .writable] : .readable
                    }
                }
            }
        }
    }

#endif
