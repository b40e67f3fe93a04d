// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import RESPCodec
import Testing

@Suite struct ConnectionCommandTests {
    @Test func `the handshake's commands are sent with what they are given`() {
        #expect(wire(HELLO(3)) == "*2 $5 HELLO $1 3")
        #expect(
            wire(HELLO(3, credentials: ("u", "secret"), clientName: "c"))
                == "*7 $5 HELLO $1 3 $4 AUTH $1 u $6 secret $7 SETNAME $1 c")
        #expect(wire(AUTH(password: "p")) == "*2 $4 AUTH $1 p")
        #expect(wire(AUTH(username: "u", password: "p")) == "*3 $4 AUTH $1 u $1 p")
        #expect(wire(SELECT(12)) == "*2 $6 SELECT $2 12")
        #expect(wire(CLIENT.SETNAME("n")) == "*3 $6 CLIENT $7 SETNAME $1 n")
        #expect(wire(CLIENT.SETINFO(.libraryName("l"))) == "*4 $6 CLIENT $7 SETINFO $8 LIB-NAME $1 l")
        #expect(wire(CLIENT.SETINFO(.libraryVersion("1"))) == "*4 $6 CLIENT $7 SETINFO $7 LIB-VER $1 1")
    }

    @Test func `commands without arguments are one literal each`() {
        #expect(wire(MULTI()) == "*1 $5 MULTI")
        #expect(wire(EXEC()) == "*1 $4 EXEC")
        #expect(wire(DISCARD()) == "*1 $7 DISCARD")
        #expect(wire(UNWATCH()) == "*1 $7 UNWATCH")
        #expect(wire(ASKING()) == "*1 $6 ASKING")
        #expect(wire(READONLY()) == "*1 $8 READONLY")
        #expect(wire(READWRITE()) == "*1 $9 READWRITE")
        #expect(wire(RESET()) == "*1 $5 RESET")
        #expect(wire(QUIT()) == "*1 $4 QUIT")
        #expect(wire(MONITOR()) == "*1 $7 MONITOR")
    }

    @Test func `lists are sent whole and may be empty where that means all`() {
        #expect(wire(WATCH(BulkStringList(["a", "b"]))) == "*3 $5 WATCH $1 a $1 b")
        #expect(wire(SUBSCRIBE(BulkStringList(["c"]))) == "*2 $9 SUBSCRIBE $1 c")
        #expect(wire(PSUBSCRIBE(BulkStringList(["c*", "d*"]))) == "*3 $10 PSUBSCRIBE $2 c* $2 d*")
        #expect(wire(SSUBSCRIBE(BulkStringList(["c"]))) == "*2 $10 SSUBSCRIBE $1 c")
        #expect(wire(UNSUBSCRIBE()) == "*1 $11 UNSUBSCRIBE")
        #expect(wire(PUNSUBSCRIBE()) == "*1 $12 PUNSUBSCRIBE")
        #expect(wire(SUNSUBSCRIBE(BulkStringList(["c"]))) == "*2 $12 SUNSUBSCRIBE $1 c")
    }

    @Test func `no description or dump shows a password`() {
        var text = "\(HELLO(3, credentials: ("u", "secret"))) \(AUTH(username: "u", password: "secret"))"
        dump(HELLO(3, credentials: ("u", "secret")), to: &text)
        dump(AUTH(password: "secret"), to: &text)
        #expect(!text.contains("secret"))
        #expect(text.contains("HELLO 3 AUTH"))
    }

    @Test func `every connection command is refused by name as a raw one`() {
        let names = [
            HELLO.metadata, AUTH.metadata, SELECT.metadata, CLIENT.SETNAME.metadata, CLIENT.SETINFO.metadata,
            MULTI.metadata, EXEC.metadata, DISCARD.metadata, WATCH.metadata, UNWATCH.metadata, ASKING.metadata,
            READONLY.metadata, READWRITE.metadata, RESET.metadata, QUIT.metadata, MONITOR.metadata,
            SUBSCRIBE.metadata, UNSUBSCRIBE.metadata, PSUBSCRIBE.metadata, PUNSUBSCRIBE.metadata,
            SSUBSCRIBE.metadata, SUNSUBSCRIBE.metadata,
        ]
        for metadata in names {
            #expect(metadata.bindsConnection)
            #expect(ConnectionBinding.names.contains(metadata.name))
        }
    }

    @Test(arguments: [
        "%3 $6 server $6 valkey $5 proto :3 $4 role $6 master",
        "*6 $6 server $6 valkey $5 proto :3 $4 role $6 master",
        "*8 $6 server $6 valkey $5 proto :3 $7 modules *0 $4 role $6 master",
    ])
    func `a greeting is read from a map and from a flat array`(text: String) throws {
        let greeting = try reply(text, as: ServerGreeting.self)
        #expect(greeting.server == "valkey")
        #expect(greeting.protocolVersion == 3)
        #expect(greeting.role == "master")
    }

    @Test func `what a client says of itself and of its replies`() throws {
        #expect(wire(CLIENT.TRACKING(.off, redirect: 5)) == "*3 $6 CLIENT $8 TRACKING $3 OFF")
        #expect(wire(CLIENT.TRACKING(.read)) == "*3 $6 CLIENT $8 TRACKING $2 ON")
        #expect(
            wire(CLIENT.TRACKING(.broadcast(prefixes: ["a", "b"]), redirect: 5, noLoop: true))
                == "*11 $6 CLIENT $8 TRACKING $2 ON $5 BCAST $6 PREFIX $1 a $6 PREFIX $1 b $8 REDIRECT $1 5 $6 NOLOOP")
        #expect(wire(CLIENT.TRACKING(.optIn)) == "*4 $6 CLIENT $8 TRACKING $2 ON $5 OPTIN")
        #expect(wire(CLIENT.TRACKING(.optOut)) == "*4 $6 CLIENT $8 TRACKING $2 ON $6 OPTOUT")
        #expect(wire(CLIENT.CACHING(true)) == "*3 $6 CLIENT $7 CACHING $3 YES")
        #expect(wire(CLIENT.REPLY(.skip)) == "*3 $6 CLIENT $5 REPLY $4 SKIP")
        #expect(wire(CLIENT.CAPA(["redirect"])) == "*3 $6 CLIENT $4 CAPA $8 redirect")
        #expect(wire(CLIENT.NO_EVICT(true)) == "*3 $6 CLIENT $8 NO-EVICT $2 ON")
        #expect(wire(CLIENT.NO_TOUCH(false)) == "*3 $6 CLIENT $8 NO-TOUCH $3 OFF")
        #expect(wire(CLIENT.IMPORT_SOURCE(false)) == "*3 $6 CLIENT $13 IMPORT-SOURCE $3 OFF")
        #expect(wire(SCRIPT.DEBUG(.synchronous)) == "*3 $6 SCRIPT $5 DEBUG $4 SYNC")
    }
}
