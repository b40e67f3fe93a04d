// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.
// Hand-written models of what the generator emits; replaced by its output.

public import RESPCodec

/// `GET key` — keys: argument 1. Since 1.0.0.
@frozen public struct GET<Value: RESPDecodable & Sendable>: ReadOnlyCommand {
    /// The decoded reply.
    public typealias Reply = Value?

    public var key: BulkString

    @inlinable public init(key: BulkString) {
        self.key = key
    }

    @inlinable public static var metadata: CommandMetadata {
        CommandMetadata(name: "GET", flags: [.readOnly], idempotency: .readOnly, since: "1.0.0")
    }

    @inlinable public func encode(into encoder: inout CommandEncoder) {
        encoder.literal("*2\r\n$3\r\nGET\r\n")
        key.encode(into: &encoder)
    }

    @inlinable public func forEachKey(_ body: (Span<UInt8>) -> Void) {
        key.withSpan(body)
    }
}

extension ReadCommandExecutor where Self: ~Copyable {
    @inlinable public func get(_ key: some BulkStringConvertible) async throws -> RESPBytes? {
        try await execute(GET<RESPBytes>(key: key.bulkString))
    }
    @inlinable public func get<Value>(_ key: some BulkStringConvertible, as value: Value.Type) async throws -> Value?
    where Value: RESPDecodable & Sendable {
        try await execute(GET<Value>(key: key.bulkString))
    }
}

extension CommandQueue where Self: ~Copyable {
    @inlinable public func get(_ key: some BulkStringConvertible) -> Queued<RESPBytes?> {
        enqueue(GET<RESPBytes>(key: key.bulkString))
    }
    @inlinable public func get<Value>(_ key: some BulkStringConvertible, as value: Value.Type) -> Queued<Value?>
    where Value: RESPDecodable & Sendable {
        enqueue(GET<Value>(key: key.bulkString))
    }
}

extension Command where Self == GET<RESPBytes> {
    @inlinable public static func get(_ key: some BulkStringConvertible) -> Self {
        Self(key: key.bulkString)
    }
}

extension Command {
    @inlinable public static func get<Value>(_ key: some BulkStringConvertible, as value: Value.Type) -> Self
    where Self == GET<Value> {
        Self(key: key.bulkString)
    }
}

/// `DEL key [key ...]` — keys: from argument 1. Since 1.0.0.
@frozen public struct DEL: Command {
    public typealias Reply = Int

    public var keys: BulkStringList

    @inlinable public init(keys: BulkStringList) {
        self.keys = keys
    }

    @inlinable public static var metadata: CommandMetadata {
        CommandMetadata(
            name: "DEL", flags: [.write], idempotency: .idempotent, requestPolicy: .multiShard, responsePolicy: .sum,
            since: "1.0.0")
    }

    @inlinable public func encode(into encoder: inout CommandEncoder) {
        encoder.command(1 + keys.count)
        encoder.literal("$3\r\nDEL\r\n")
        keys.encode(into: &encoder)
    }

    @inlinable public func forEachKey(_ body: (Span<UInt8>) -> Void) {
        keys.forEachSpan(body)
    }
}

extension CommandExecutor where Self: ~Copyable {
    @discardableResult
    @inlinable public func del<Key: BulkStringConvertible>(_ key: Key, _ more: Key...) async throws -> Int {
        try await execute(DEL(keys: BulkStringList(key, more)))
    }
    @discardableResult
    @inlinable public func del(_ keys: some Collection<some BulkStringConvertible>) async throws -> Int {
        try await execute(DEL(keys: BulkStringList(keys)))
    }
}

extension CommandQueue where Self: ~Copyable {
    @discardableResult
    @inlinable public func del<Key: BulkStringConvertible>(_ key: Key, _ more: Key...) -> Queued<Int> {
        enqueue(DEL(keys: BulkStringList(key, more)))
    }
}

extension Command where Self == DEL {
    @inlinable public static func del<Key: BulkStringConvertible>(_ key: Key, _ more: Key...) -> Self {
        Self(keys: BulkStringList(key, more))
    }
}

/// `INCR key` — keys: argument 1. Since 1.0.0.
@frozen public struct INCR: Command {
    public typealias Reply = Int

    public var key: BulkString

    @inlinable public init(key: BulkString) {
        self.key = key
    }

    @inlinable public static var metadata: CommandMetadata {
        CommandMetadata(name: "INCR", flags: [.write], idempotency: .accumulating, since: "1.0.0")
    }

    @inlinable public func encode(into encoder: inout CommandEncoder) {
        encoder.literal("*2\r\n$4\r\nINCR\r\n")
        key.encode(into: &encoder)
    }

    @inlinable public func forEachKey(_ body: (Span<UInt8>) -> Void) {
        key.withSpan(body)
    }
}

extension CommandExecutor where Self: ~Copyable {
    @discardableResult
    @inlinable public func incr(_ key: some BulkStringConvertible) async throws -> Int {
        try await execute(INCR(key: key.bulkString))
    }
}

extension CommandQueue where Self: ~Copyable {
    @discardableResult
    @inlinable public func incr(_ key: some BulkStringConvertible) -> Queued<Int> {
        enqueue(INCR(key: key.bulkString))
    }
}

extension Command where Self == INCR {
    @inlinable public static func incr(_ key: some BulkStringConvertible) -> Self { Self(key: key.bulkString) }
}

/// `SET key value` — keys: argument 1. Since 1.0.0.
@frozen public struct SET: Command {
    public typealias Reply = SetReply

    public var key: BulkString
    public var value: BulkString

    @inlinable public init(key: BulkString, value: BulkString) {
        self.key = key
        self.value = value
    }

    @inlinable public static var metadata: CommandMetadata {
        CommandMetadata(name: "SET", flags: [.write], idempotency: .idempotent, since: "1.0.0")
    }

    @inlinable public func encode(into encoder: inout CommandEncoder) {
        encoder.literal("*3\r\n$3\r\nSET\r\n")
        key.encode(into: &encoder)
        value.encode(into: &encoder)
    }

    @inlinable public func forEachKey(_ body: (Span<UInt8>) -> Void) {
        key.withSpan(body)
    }
}

extension CommandExecutor where Self: ~Copyable {
    @discardableResult
    @inlinable public func set(
        _ key: some BulkStringConvertible, _ value: some BulkStringConvertible
    ) async throws -> SetReply {
        try await execute(SET(key: key.bulkString, value: value.bulkString))
    }
}

extension CommandQueue where Self: ~Copyable {
    @discardableResult
    @inlinable public func set(
        _ key: some BulkStringConvertible, _ value: some BulkStringConvertible
    ) -> Queued<SetReply> {
        enqueue(SET(key: key.bulkString, value: value.bulkString))
    }
}

extension Command where Self == SET {
    @inlinable public static func set(
        _ key: some BulkStringConvertible, _ value: some BulkStringConvertible
    ) -> Self {
        Self(key: key.bulkString, value: value.bulkString)
    }
}
