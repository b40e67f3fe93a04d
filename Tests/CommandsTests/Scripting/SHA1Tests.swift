// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Testing

@testable import Commands

/// The vectors of FIPS 180-4 and NIST's CAVP, and the lengths around the ends of blocks.
@Suite struct SHA1Tests {
    @Test(arguments: [
        ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
        ),
        (
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
            "a49b2446a02c645bf419f995b67091253a04a259"
        ),
    ])
    func `the digests of the standard's messages are the standard's`(message: String, digest: String) {
        #expect(SHA1.hexadecimal(message.utf8) == digest)
    }

    @Test func `a million letters have the standard's digest`() {
        #expect(
            SHA1.hexadecimal(repeatElement(UInt8(ascii: "a"), count: 1_000_000))
                == "34aa973cd4c4daa4f61eeb2bdbad27316534016f")
    }

    /// `head -c N /dev/zero | tr '\0' 'a' | sha1sum`
    @Test(arguments: [
        (55, "c1c8bbdc22796e28c0e15163d20899b65621d65a"), (56, "c2db330f6083854c99d4b5bfb6e8f29f201be699"),
        (57, "f08f24908d682555111be7ff6f004e78283d989a"), (63, "03f09f5b158a7a8cdad920bddc29b81c18a551f5"),
        (64, "0098ba824b5c16427bd7a1122a5a442a25ec644d"), (65, "11655326c708d70319be2610e8a57d9a5b959d3b"),
        (119, "ee971065aaa017e0632a8ca6c77bb3bf8b1dfc56"), (120, "f34c1488385346a55709ba056ddd08280dd4c6d6"),
        (128, "ad5b3fdbcb526778c2839d2f151ea753995e26a0"),
    ])
    func `messages that end around the end of a block are padded right`(length: Int, digest: String) {
        #expect(SHA1.hexadecimal(repeatElement(UInt8(ascii: "a"), count: length)) == digest)
    }

    @Test(arguments: [
        ("36", "c1dfd96eea8cc2b62785275bca38ac261256e278"), ("195a", "0a1c2d555bbe431ad6288af5a54f93e0449c9232"),
        ("df4bd2", "bf36ed5d74727dfd5d7854ec6b1d49468d8ee8aa"),
    ])
    func `bytes that are no text have NIST's digests`(hex: String, digest: String) {
        let digits = Array(hex)
        let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(digits[$0...($0 + 1)]), radix: 16)
        }
        #expect(SHA1.hexadecimal(bytes) == digest)
    }
}
