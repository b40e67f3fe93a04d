// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

internal import _ToolkitShims

// The few system calls of this module that are not on a hot path, with Swift types around them.

// MARK: Errors

func systemErrorText(_ errno: Int32) -> String {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { text in
        unsafe toolkit_error_text(errno, text.baseAddress, text.count)
        return unsafe text.baseAddress.map { unsafe String(cString: $0) } ?? ""
    }
}

func resolverErrorText(_ code: Int32) -> String {
    unsafe String(cString: toolkit_resolve_error_text(code))
}

// MARK: Addresses

/// What a resolver says of a name that it knows without any address.
var nameWithoutAddressCode: Int32 { toolkit_resolve_no_name }

/// Whether asking the resolver again may help.
func isTemporaryResolverFailure(_ code: Int32) -> Bool {
    toolkit_resolve_is_temporary(code) != 0
}

/// The errno values that this module names, which differ between systems.
enum SystemErrorNumber {
    static var connectionReset: Int32 { toolkit_connection_reset }
    static var connectionRefused: Int32 { toolkit_connection_refused }
    static var brokenPipe: Int32 { toolkit_broken_pipe }
}

extension ConnectFailure {
    init(errno: Int32) {
        self = toolkit_is_unreachable(errno) != 0 ? .unreachable(errno: errno) : .refused(errno: errno)
    }
}

extension SocketAddress {
    var family: Family {
        switch unsafe toolkit_address_family(bytes, bytes.count) {
        case 4: .ipv4
        case 6: .ipv6
        default: .other
        }
    }

    func withPort(_ port: UInt16) -> SocketAddress {
        var bytes = bytes
        unsafe toolkit_address_set_port(&bytes, bytes.count, port)
        return SocketAddress(bytes: bytes)
    }
}

func lookUp(host: String, port: UInt16, numericOnly: Bool) -> Result<[SocketAddress], TransportError> {
    // C would read the name up to a NUL, which is another name.
    guard !host.utf8.contains(0) else {
        return .failure(.nameNotResolved(host: host, code: nameWithoutAddressCode))
    }
    let slots = 32
    let slotSize = Int(TOOLKIT_ADDRESS_MAX)
    var storage = [UInt8](repeating: 0, count: slots * slotSize)
    var lengths = [Int](repeating: 0, count: slots)
    var code: Int32 = 0
    let count = unsafe toolkit_resolve(host, port, numericOnly ? 1 : 0, &storage, &lengths, slots, &code)
    guard count >= 0 else { return .failure(.nameNotResolved(host: host, code: code)) }
    return .success(
        (0..<Int(count)).map { slot in
            let start = slot * slotSize
            return SocketAddress(bytes: Array(storage[start..<start + lengths[slot]]))
        })
}

func makeUnixAddress(_ path: String) -> [UInt8]? {
    guard !path.isEmpty, !path.utf8.contains(0) else { return nil }
    var bytes = [UInt8](repeating: 0, count: Int(TOOLKIT_ADDRESS_MAX))
    let length = unsafe toolkit_unix_address(path, path.utf8.count, &bytes)
    return length < 0 ? nil : Array(bytes.prefix(Int(length)))
}

func addressText(_ address: SocketAddress) -> String {
    var port: UInt16 = 0
    return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { text in
        let isIP = unsafe toolkit_address_text(
            address.bytes, address.bytes.count, text.baseAddress, text.count, &port)
        let host = unsafe text.baseAddress.map { unsafe String(cString: $0) } ?? ""
        return isIP == 1 ? Endpoint.tcp(host: host, port: Int(port)).description : host
    }
}

// MARK: Sockets

func openSocket(for address: SocketAddress) throws(ConnectFailure) -> Descriptor {
    let result = unsafe toolkit_socket_open(address.bytes, address.bytes.count)
    if result >= 0 {
        let descriptor = Descriptor(owning: result)
        if isReserved(result) { throw .unable(.system(errno: toolkit_no_descriptors, operation: .open)) }
        return descriptor
    }
    // Without a stack for this family others may do; without descriptors none will.
    let failure = ConnectFailure(errno: -result)
    if case .refused(let errno) = failure { throw .unable(.system(errno: errno, operation: .open)) }
    throw failure
}

func configureAdopted(_ descriptor: Descriptor) throws(TransportError) {
    let result = toolkit_socket_adopt(descriptor.number)
    if result < 0 { throw .system(errno: -result, operation: .configure) }
}

func prepare(_ descriptor: Descriptor) throws(TransportError) {
    let result = toolkit_socket_prepare(descriptor.number)
    if result < 0 { throw .system(errno: -result, operation: .configure) }
}

func configure(_ descriptor: Descriptor, _ options: SocketOptions) throws(TransportError) {
    for (option, value) in try options.values() {
        let result = toolkit_socket_set(descriptor.number, option.shim, value)
        // A system that lacks an option does without.
        if result < 0, toolkit_is_missing_option(-result) == 0 {
            throw .system(errno: -result, operation: .configure)
        }
    }
}

extension SocketOption {
    fileprivate var shim: toolkit_option {
        switch self {
        case .noDelay: TOOLKIT_NO_DELAY
        case .keepAlive: TOOLKIT_KEEP_ALIVE
        case .keepAliveIdle: TOOLKIT_KEEP_ALIVE_IDLE
        case .keepAliveInterval: TOOLKIT_KEEP_ALIVE_INTERVAL
        case .keepAliveProbes: TOOLKIT_KEEP_ALIVE_COUNT
        case .unacknowledgedTimeout: TOOLKIT_USER_TIMEOUT
        }
    }
}

/// True if connected at once, false if the outcome comes with writability.
func startConnecting(_ descriptor: Descriptor, to address: SocketAddress) throws(ConnectFailure) -> Bool {
    let result = unsafe toolkit_socket_connect(descriptor.number, address.bytes, address.bytes.count)
    if result == 0 { return true }
    if -result == toolkit_in_progress { return false }
    throw ConnectFailure(errno: -result)
}

func finishConnecting(_ descriptor: Descriptor) throws(ConnectFailure) {
    let result = toolkit_socket_error(descriptor.number)
    if result != 0 { throw ConnectFailure(errno: abs(result)) }
}

/// 0, or the errno: only where the connection has gone already.
@discardableResult
func shutDown(_ descriptor: Descriptor, bothDirections: Bool) -> Int32 {
    -toolkit_socket_shutdown(descriptor.number, bothDirections ? 1 : 0)
}

func closeDescriptor(_ number: Int32) {
    toolkit_close(number)
}

/// Breaks a TCP connection so that the peer meets a reset.
func resetConnection(_ descriptor: Descriptor) {
    toolkit_socket_reset(descriptor.number)
}

// MARK: Listening sockets

func openListeningSocket(for address: SocketAddress) throws(TransportError) -> Descriptor {
    let result = unsafe toolkit_socket_open(address.bytes, address.bytes.count)
    if result < 0 { throw .system(errno: -result, operation: .open) }
    return Descriptor(owning: result)
}

func startListening(_ descriptor: Descriptor, on address: SocketAddress, backlog: Int32) throws(TransportError) {
    let result = unsafe toolkit_socket_listen(descriptor.number, address.bytes, address.bytes.count, backlog)
    if result < 0 { throw .system(errno: -result, operation: .listen) }
}

/// The port that a TCP socket is bound to.
func localPort(of descriptor: Descriptor) throws(TransportError) -> Int {
    var bytes = [UInt8](repeating: 0, count: Int(TOOLKIT_ADDRESS_MAX))
    let length = unsafe toolkit_socket_local_address(descriptor.number, &bytes)
    if length < 0 { throw .system(errno: -length, operation: .listen) }
    var port: UInt16 = 0
    _ = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { text in
        unsafe toolkit_address_text(bytes, Int(length), text.baseAddress, text.count, &port)
    }
    return Int(port)
}

/// The number of a new connection's descriptor, or a negative errno.
func acceptDescriptor(_ listener: Int32) -> Int32 { toolkit_socket_accept(listener) }

/// Whether a new descriptor is one of the last that the process can have, which are not for connections.
///
/// Swift's own runtime needs some: libdispatch looks into /proc each second, and ends the process when it can't (seen with
/// Swift 6.3 on Linux). So a pool that wants more connections than there are descriptors gets errors, and the process
/// lives. The system gives out the lowest free number.
func isReserved(_ number: Int32, limit: Int64 = toolkit_descriptor_limit()) -> Bool {
    limit >= 0 && Int64(number) >= limit - 8
}

var wouldBlockCode: Int32 { toolkit_would_block }

/// Whether an errno says that there is no room for one more descriptor.
func isExhaustion(_ errno: Int32) -> Bool { toolkit_is_exhaustion(errno) != 0 }

/// A descriptor that can be given up when there are no others; `nil` if it is too late.
func openSpareDescriptor() -> Descriptor? {
    let result = toolkit_spare_open()
    return result < 0 ? nil : Descriptor(owning: result)
}

/// Device and number of a path's file: another file of the same name has others.
func fileIdentity(ofPath path: String) -> [UInt64]? {
    var identity: [UInt64] = [0, 0]
    return unsafe toolkit_file_identity(path, &identity) == 0 ? identity : nil
}

func removeFile(_ path: String) {
    unsafe toolkit_unlink(path)
}

// MARK: Threads

private final class ThreadBody {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) {
        self.run = run
    }
}

/// Starts a detached thread.
func startThread(named name: String, _ body: @escaping @Sendable () -> Void) throws(TransportError) {
    let context = unsafe Unmanaged.passRetained(ThreadBody(body))
    let result = unsafe toolkit_thread_start(name, runThread, context.toOpaque())
    if result < 0 {
        unsafe context.release()
        throw .system(errno: -result, operation: .thread)
    }
}

private func runThread(_ context: UnsafeMutableRawPointer?) {
    guard let context = unsafe context else { return }
    let body = unsafe Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue()
    body.run()
}
