// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import Commands
internal import Pool
internal import RESPCodec
internal import Transport

extension NodeClient {
    /// Goes on with a call whose first attempt has failed, as `RetryStateMachine` says.
    func retry<R>(
        after first: any Error, _ subject: @autoclosure () -> RetryStateMachine.Subject, _ options: CallOptions,
        _ settings: CallSettings, _ attempt: (CallOptions) async throws -> R
    ) async throws -> R {
        var policy = configuration.retries
        if let scope = settings.retries { policy.scope = scope }
        var machine = RetryStateMachine(policy, subject(), deadline: options.deadline)
        var options = options
        var failure = first
        while true {
            let refusal = failure as? ServerError ?? (failure as? BatchRefusal)?.error
            if let refusal { follow(refusal) }
            let now = environment.moment
            guard let delay = machine.delay(after: failure, now: now, random: environment.random(0...1)) else {
                throw server.explaining(machine.verdict(on: failure))
            }
            if let observation, let trail = CallTrail.current {
                observation.tell(
                    .retrying(
                        operation: trail.operation, attempt: trail.again(), after: .nanoseconds(delay),
                        ObservedFailure(failure)))
            }
            if delay > 0 { try await environment.sleep((now + delay).instant) }
            options.now = environment.moment
            do { return try await attempt(options) } catch { failure = error }
        }
    }

    /// What a refusal says about where the primary is.
    func follow(_ refusal: ServerError) {
        guard refusal.isFromReplica else { return }
        let endpoint = pool.sharedIfOpen()?.endpoint
        var primary: NodeAddress?
        if case .primary(let host, let port) = refusal.redirect {
            // A server that doesn't say a host means its own.
            if case .tcp(let asked, let itsPort)? = endpoint {
                primary = NodeAddress(host: host, port: port, namedBy: NodeAddress(host: asked, port: itsPort))
            } else if !host.isEmpty {
                primary = NodeAddress(host: host, port: port)
            }
        }
        endpoints.refused(by: endpoint, naming: primary)
        pool.replaceShared()
    }
}

extension ServerError {
    /// A write reached a replica: after a failover the same name may lead to another machine, which only a new connection
    /// finds out.
    var isFromReplica: Bool { code == .readOnly || code == .redirect }
}
