// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if TLS

    /// The sessions that connections can take up, a few for each of the endpoints used last.
    ///
    /// Generations keep those apart that were made with other certificates or authorities: they end with their generation.
    struct TLSSessionCache<Key: Hashable, Session> {
        private struct Entry {
            var sessions: [Session] = []
            var lastUse = 0
        }

        private let maximumKeys: Int
        private let maximumSessions: Int
        private var entries: [Key: Entry] = [:]
        private var uses = 0
        private(set) var generation = 0

        /// - Parameters:
        ///   - maximumKeys: endpoints at most; the one unused for longest makes room.
        ///   - maximumSessions: sessions of each at most; the oldest makes room.
        init(maximumKeys: Int = 64, maximumSessions: Int = 4) {
            self.maximumKeys = maximumKeys
            self.maximumSessions = maximumSessions
        }

        /// Forgets all sessions, and those that are still to come from connections of before.
        mutating func beginGeneration() {
            generation += 1
            entries = [:]
        }

        /// Keeps a session of a connection that was made in a generation.
        mutating func insert(_ session: Session, for key: Key, generation: Int) {
            guard generation == self.generation else { return }
            if entries[key] == nil, entries.count >= maximumKeys,
                let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })
            {
                entries[oldest.key] = nil
            }
            uses += 1
            var entry = entries[key] ?? Entry()
            entry.lastUse = uses
            entry.sessions.append(session)
            if entry.sessions.count > maximumSessions { entry.sessions.removeFirst() }
            entries[key] = entry
        }

        /// The newest session for a connection; one that may be offered once only (RFC 8446, appendix C.4) is gone then.
        mutating func take(for key: Key, isSingleUse: (Session) -> Bool) -> Session? {
            guard var entry = entries[key], let session = entry.sessions.last else { return nil }
            uses += 1
            entry.lastUse = uses
            if isSingleUse(session) { entry.sessions.removeLast() }
            entries[key] = entry.sessions.isEmpty ? nil : entry
            return session
        }
    }

#endif
