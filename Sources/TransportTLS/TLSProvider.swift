// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if TLS

    internal import Synchronization
    public import Transport

    /// Secures connections with TLS, over the system's OpenSSL. One serves any number of clients.
    ///
    ///     let client = try ValkeyClient("valkeys://db.example", security: TLSProvider())
    ///
    /// Files of certificates and keys are looked at before every connection (a system call each) and read again when they
    /// have changed; no restart is needed, and connections that are open stay as they are. While what is there can't be used,
    /// what could be used last goes on being used; ``lastReloadFailure`` tells.
    public final class TLSProvider: TransportSecurity {
        private struct State {
            var material: TLSMaterial?
            var context: TLSContext?
            var sessions = TLSSessionCache<SessionKey, TLSSession>()
            var lastReloadFailure: TLSConfigurationError?
        }

        private struct SessionKey: Hashable {
            var endpoint: Endpoint
            var name: PeerName
        }

        /// How connections are secured.
        public let configuration: TLSConfiguration
        private let state = Mutex(State())

        /// Checks a configuration and reads its files. An identity's provider is not asked yet.
        ///
        /// - Throws: ``TLSConfigurationError``, which names the file that can't be used.
        public init(_ configuration: TLSConfiguration = TLSConfiguration()) throws(TLSConfigurationError) {
            if let name = configuration.serverName, name.isEmpty || name.utf8.contains(0) { throw .invalidServerName }
            self.configuration = configuration
            let material = try TLSMaterial(configuration, provided: nil)
            let context = try material.makeContext(configuration)
            state.withLock { state in
                state.context = context
                if case .provider? = configuration.identity?.source { return }
                state.material = material
            }
        }

        /// Why the files as they are now can't be used; `nil` if they can, or have not been looked at since.
        public var lastReloadFailure: TLSConfigurationError? { state.withLock { $0.lastReloadFailure } }

        /// Performs the handshake of a client.
        public func secure(
            _ transport: any ReadinessTransport, to endpoint: Endpoint
        ) async throws -> any ReadinessTransport {
            try await open(transport, to: endpoint)
        }

        /// The same, typed: to learn what was agreed upon.
        public func open(_ transport: any ReadinessTransport, to endpoint: Endpoint) async throws -> TLSTransport {
            do {
                let name = try PeerName(of: endpoint, configuration)
                let (context, generation) = try await currentContext()
                let key = SessionKey(endpoint: endpoint, name: name)
                let session = state.withLock { $0.sessions.take(for: key, isSingleUse: \.isSingleUse) }
                let engine = try TLSEngine(
                    context, verification: configuration.verification, name: name, session: session)
                let keepsSessions = configuration.resumesSessions
                let secured = TLSTransport(transport, engine) { [weak self] session in
                    guard keepsSessions else { return }
                    self?.state.withLock { $0.sessions.insert(session, for: key, generation: generation) }
                }
                do {
                    try await secured.handshake()
                } catch TransportError.security(.wrongHost(_, let names)) {
                    throw TransportError.security(.wrongHost(wanted: name.verified ?? "", certificateNames: names))
                }
                return secured
            } catch {
                transport.close()
                throw error
            }
        }

        /// The context for a new connection, of the files and the identity as they are now.
        private func currentContext() async throws -> (TLSContext, generation: Int) {
            var provided: ClientIdentity.PEM?
            if case .provider(let provide)? = configuration.identity?.source {
                do {
                    provided = try await provide()
                } catch is CancellationError {
                    throw CancellationError()
                } catch {
                    throw TransportError.security(.materialUnusable(reason: "the provider of the identity failed"))
                }
            }
            return try state.withLock { state in
                do throws(TLSConfigurationError) {
                    let material = try TLSMaterial(configuration, provided: provided)
                    if material != state.material {
                        state.context = try material.makeContext(configuration)
                        state.material = material
                        // A session is what its connection's certificates made it.
                        state.sessions.beginGeneration()
                    }
                    state.lastReloadFailure = nil
                } catch {
                    state.lastReloadFailure = error
                    guard state.material != nil else {
                        throw TransportError.security(.materialUnusable(reason: "\(error)"))
                    }
                }
                guard let context = state.context else {
                    throw TransportError.security(.materialUnusable(reason: "there is none"))
                }
                return (context, state.sessions.generation)
            }
        }
    }

    extension TLSProvider: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
        /// Names the type, and nothing that is kept in it.
        public var description: String { "TLSProvider" }
        /// The same as `description`.
        public var debugDescription: String { description }
        /// An empty mirror.
        public var customMirror: Mirror { Mirror(self, children: []) }
    }

#endif
