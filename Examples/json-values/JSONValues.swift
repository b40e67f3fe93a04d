// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

// Values of types of one's own, as JSON and by their raw values:
//
//     json-values valkey://127.0.0.1:6379

internal import Foundation
internal import ValkeyToolkit

/// Kept by its raw value.
enum Role: String, Codable, RESPDecodable, BulkStringConvertible {
    case reader, editor
}

struct Person: Codable, Equatable {
    var name: String
    var born: Date
    var role: Role
}

@main
enum Program {
    static func main() async throws {
        let url = CommandLine.arguments.dropFirst().first ?? "valkey://127.0.0.1:6379"
        try await withValkeyClient(url) { client in
            let ada = Person(name: "Ada", born: Date(timeIntervalSince1970: -4_856_630_400), role: .editor)
            try await client.set("person:1", JSON(ada))
            let read = try await client.get("person:1", as: JSON<Person>.self)
            print("equal:", read?.value == ada)
            print("nobody:", try await client.get("person:2", as: JSON<Person>.self)?.value as Any)

            // Elements of collections, too.
            try await client.del("people", "roles")
            try await client.rpush("people", JSON(ada), JSON(Person(name: "Grace", born: .distantPast, role: .reader)))
            let people = try await client.lrange("people", 0, -1, as: JSON<Person>.self)
            print("people:", people.map(\.value.name).joined(separator: ", "))
            try await client.hset("roles", ["ada": Role.editor, "grace": .reader])
            let roles = try await client.hmget("roles", "ada", "grace", "nobody", as: Role.self)
            print("roles:", roles.map { $0?.rawValue ?? "none" }.joined(separator: ", "))

            // What is no JSON of a person is an error that says so, and the connection goes on.
            try await client.set("person:3", "no JSON")
            do {
                _ = try await client.get("person:3", as: JSON<Person>.self)
            } catch let error as RESPTypeMismatch {
                print("error:", error)
            }
        }
    }
}
