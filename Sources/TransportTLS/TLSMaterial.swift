// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if TLS

    /// The certificates and keys of a configuration as they were read, and what shows whether they still are what they were.
    struct TLSMaterial: Equatable {
        /// Of the files that were read, by path.
        private var stamps: [String: FileStamp] = [:]
        /// What a provider has given.
        private var provided: ClientIdentity.PEM?

        /// Looks at the files of a configuration, without reading them.
        init(_ configuration: TLSConfiguration, provided: ClientIdentity.PEM?) throws(TLSConfigurationError) {
            self.provided = provided
            for case .file(let path) in configuration.authorities { stamps[path] = try FileStamp(of: path) }
            if case .files(let certificates, let key, _)? = configuration.identity?.source {
                stamps[certificates] = try FileStamp(of: certificates)
                stamps[key] = try FileStamp(of: key)
            }
        }

        /// Reads everything, and makes a context of it.
        func makeContext(_ configuration: TLSConfiguration) throws(TLSConfigurationError) -> TLSContext {
            let context = try TLSContext()
            try context.set(configuration)
            for authorities in configuration.authorities {
                switch authorities {
                case .system: try context.trustSystem()
                case .directory(let path): try context.trust(directory: path)
                case .file(let path): try context.trust(pem: contents(of: path), source: path)
                case .pem(let bytes): try context.trust(pem: bytes, source: Self.bytesSource)
                }
            }
            if let identity = try identity(configuration) { try context.use(identity) }
            return context
        }

        private static let bytesSource = "PEM bytes"

        private func identity(_ configuration: TLSConfiguration) throws(TLSConfigurationError) -> TLSContext.Identity? {
            switch configuration.identity?.source {
            case nil: return nil
            case .files(let certificates, let key, let password):
                let pem = ClientIdentity.PEM(
                    certificates: try contents(of: certificates), key: try contents(of: key), password: password)
                return TLSContext.Identity(pem: pem, certificateSource: certificates, keySource: key)
            case .pem(let pem):
                return TLSContext.Identity(pem: pem, certificateSource: Self.bytesSource, keySource: Self.bytesSource)
            case .provider:
                return provided.map {
                    TLSContext.Identity(pem: $0, certificateSource: Self.bytesSource, keySource: Self.bytesSource)
                }
            }
        }
    }

#endif
