// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

#if TLS

    import Testing
    import Transport

    @testable import TransportTLS

    @Suite struct ReadinessNotifierTests {
        private func make() -> ReadinessNotifier {
            var notifier = ReadinessNotifier()
            _ = notifier.setHandler(ReadinessNotifier.Handler { _ in })
            return notifier
        }

        @Test func `only what is armed is told, once`() {
            var notifier = make()
            #expect(notifier.fire(.readable) == nil)
            notifier.arm([.readable, .writable])
            #expect(notifier.fire(.readable)?.1 == .readable)
            #expect(notifier.called() == nil)
            #expect(notifier.fire(.readable) == nil)
            #expect(notifier.fire([.readable, .writable])?.1 == .writable)
        }

        @Test func `what fires during a call waits for its end`() {
            var notifier = make()
            notifier.arm(.readable)
            #expect(notifier.fire(.readable)?.1 == .readable)
            notifier.arm([.readable, .writable])
            #expect(notifier.fire(.readable) == nil)
            #expect(notifier.fire(.writable) == nil)
            #expect(notifier.called()?.1 == [.readable, .writable])
            #expect(notifier.called() == nil)
        }

        @Test func `after the end nothing is told`() {
            var notifier = make()
            notifier.arm(.readable)
            #expect(notifier.close() != nil)
            #expect(notifier.fire(.readable) == nil)
            notifier.arm(.readable)
            _ = notifier.setHandler(ReadinessNotifier.Handler { _ in })
            #expect(notifier.fire(.readable) == nil)
            #expect(notifier.close() == nil)
        }
    }

#endif
