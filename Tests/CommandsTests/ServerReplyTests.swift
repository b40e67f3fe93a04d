// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

import Commands
import RESPCodec
import Testing

/// Replies of administrative commands.
@Suite struct ServerReplyTests {
    @Test(
        arguments: bothVersions(
            "%6 $5 flags ~1 $2 on $9 passwords *1 $2 ab $8 commands $5 +@all $4 keys $3 ~a* $8 channels $0  $9 selectors *1 %3 $8 commands $4 +get $4 keys $2 ~x $8 channels $0 "
        ))
    func `ACL GETUSER has what a user may do, and null for a stranger`(text: String) throws {
        // Two spaces: an empty string between two line ends.
        let user = try #require(try reply(text, as: ACL.GETUSER.Reply.self))
        #expect(user.flags == ["on"])
        #expect(user.passwords == ["ab"])
        #expect(user.root.commands == "+@all")
        #expect(user.root.keys == "~a*")
        #expect(user.root.channels == "")
        #expect(user.root.databases == nil)
        #expect(user.selectors.first?.commands == "+get")
        #expect(try reply("_", as: ACL.GETUSER.Reply.self) == nil)
        #expect(try reply("$-1", as: ACL.GETUSER.Reply.self) == nil)
    }

    @Test func `rules in arrays are rules, too`() throws {
        let user = try reply("%1 $4 keys *2 $2 ~a $2 ~b", as: ACL.GETUSER.Reply.self)
        #expect(user?.root.keys == "~a ~b")
    }

    @Test func `ACL DRYRUN is a verdict`() throws {
        #expect(try reply("+OK", as: ACL.DRYRUN.Reply.self) == .allowed)
        #expect(
            try bulk("User joe has no permissions", as: ACL.DRYRUN.Reply.self) == .denied("User joe has no permissions")
        )
        #expect(try bulk("OK", as: ACL.DRYRUN.Reply.self) == .denied("OK"))
    }

    @Test(
        arguments: bothVersions(
            "*1 %6 $5 count :2 $6 reason $4 auth $6 object $4 AUTH $11 age-seconds $3 1.5 $11 client-info $4 id=5 $17 timestamp-created :1500"
        ))
    func `ACL LOG has an entry each`(text: String) throws {
        let entry = try #require(try reply(text, as: ACL.LOG.Reply.self).first)
        #expect(entry.count == 2)
        #expect(entry.reason == "auth")
        #expect(entry.object == "AUTH")
        #expect(entry.age == .seconds(1.5))
        #expect(entry.client.id == 5)
        #expect(entry.created == .milliseconds(1500))
        #expect(entry.id == nil)
    }

    @Test(arguments: bothVersions("%3 $5 flags ~1 $2 on $8 redirect :-1 $8 prefixes *1 $1 p"))
    func `CLIENT TRACKINGINFO has flags, redirection and prefixes`(text: String) throws {
        let info = try reply(text, as: CLIENT.TRACKINGINFO.Reply.self)
        #expect(info.flags == ["on"])
        #expect(info.redirect == nil)
        #expect(info.prefixes == ["p"])
    }

    @Test func `SLOWLOG GET and COMMANDLOG GET have a command each`() throws {
        let text = "*1 *6 :67 :1795417648 :3 *2 $3 GET $1 k $14 127.0.0.1:3433 $0 "
        let command = try #require(try reply(text, as: SLOWLOG.GET.Reply.self).first)
        #expect(command.id == 67)
        #expect(command.time == .seconds(1_795_417_648))
        #expect(command.duration == .microseconds(3))
        #expect(command.arguments == ["GET", "k"])
        #expect(command.client == "127.0.0.1:3433")
        #expect(try reply(text, as: COMMANDLOG.GET.Reply.self) == [command])
    }

    @Test func `LATENCY LATEST is equal from old servers and new ones`() throws {
        let old = try reply("*1 *4 $4 fork :7 :10 :30", as: LATENCY.LATEST.Reply.self)
        #expect(old.first?.maximum == .milliseconds(30))
        #expect(old.first?.count == nil)
        let new = try reply("*1 *6 $4 fork :7 :10 :30 :40 :2", as: LATENCY.LATEST.Reply.self)
        #expect(new.first?.total == .milliseconds(40))
        #expect(new.first?.count == 2)
        let samples = try reply("*1 *2 :7 :10", as: LATENCY.HISTORY.Reply.self)
        #expect(samples.first?.time == .seconds(7))
        #expect(samples.first?.duration == .milliseconds(10))
    }

    @Test(arguments: bothVersions("%1 $3 get %2 $5 calls :3 $14 histogram_usec %2 :1 :2 :2 :3"))
    func `LATENCY HISTOGRAM has buckets`(text: String) throws {
        let histogram = try #require(try reply(text, as: LATENCY.HISTOGRAM.Reply.self)["get"])
        #expect(histogram.calls == 3)
        #expect(
            histogram.buckets == [.init(bound: .microseconds(1), calls: 2), .init(bound: .microseconds(2), calls: 3)])
    }

    @Test(
        arguments: bothVersions(
            "%4 $14 peak.allocated :17 $4 db.3 %1 $23 overhead.hashtable.main :304 $13 fragmentation $4 1.25 $10 keys.count :2"
        ))
    func `MEMORY STATS has figures and databases`(text: String) throws {
        let memory = try reply(text, as: MEMORY.STATS.Reply.self)
        #expect(memory.peak == 17)
        #expect(memory.keys == 2)
        #expect(memory.figures["fragmentation"] == 1.25)
        #expect(memory.databases[3]?.keys == 304)
    }

    @Test(arguments: bothVersions("*1 %4 $4 name $3 lua $3 ver :1 $4 path $3 lua $4 args *1 $1 x"))
    func `MODULE LIST has a module each`(text: String) throws {
        let module = try #require(try reply(text, as: MODULE.LIST.Reply.self).first)
        #expect(module.name == "lua")
        #expect(module.version == 1)
        #expect(module.arguments == ["x"])
    }

    @Test func `ROLE is one of three`() throws {
        let primary = try reply("*3 $6 master :129 *1 *3 $9 127.0.0.1 $4 9001 $3 125", as: ROLE.Reply.self)
        guard case .primary(129, let replicas) = primary else { throw Incomplete() }
        #expect(replicas.map(\.port) == [9001])
        #expect(replicas.map(\.offset) == [125])
        let replica = try reply("*5 $5 slave $9 127.0.0.1 :9000 $4 sync :-1", as: ROLE.Reply.self)
        #expect(replica == .replica(primaryHost: "127.0.0.1", primaryPort: 9000, state: .synchronizing, offset: -1))
        #expect(try reply("*2 $8 sentinel *1 $2 mm", as: ROLE.Reply.self) == .sentinel(groups: ["mm"]))
        #expect(throws: RESPTypeMismatch.self) { try reply("*2 $4 king :1", as: ROLE.Reply.self) }
        #expect(throws: RESPTypeMismatch.self) { try reply("*2 $6 master :1", as: ROLE.Reply.self) }
    }

    @Test(
        arguments: bothVersions(
            "%2 $14 running_script %3 $4 name $1 f $7 command *2 $5 FCALL $1 f $11 duration_ms :7 $7 engines %1 $3 LUA %2 $15 libraries_count :1 $15 functions_count :4"
        ))
    func `FUNCTION STATS has what runs and what there is`(text: String) throws {
        let statistics = try reply(text, as: FUNCTION.STATS.Reply.self)
        #expect(statistics.running?.command == ["FCALL", "f"])
        #expect(statistics.running?.duration == .milliseconds(7))
        #expect(statistics.engines["LUA"]?.functions == 4)
        #expect(try reply("%1 $14 running_script _", as: FUNCTION.STATS.Reply.self).running == nil)
    }

    @Test(
        arguments: bothVersions(
            "*1 %3 $12 library_name $1 l $6 engine $3 LUA $9 functions *1 %3 $4 name $1 f $11 description _ $5 flags ~1 +no-writes"
        ))
    func `FUNCTION LIST has libraries with their functions`(text: String) throws {
        let library = try #require(try reply(text, as: FUNCTION.LIST.Reply.self).first)
        #expect(library.name == "l")
        #expect(library.functions.first?.flags == ["no-writes"])
        #expect(library.functions.first?.description == nil)
        #expect(library.code == nil)
    }

    @Test(arguments: [
        "*2 *10 $3 get :2 ~1 +readonly :1 :1 :1 ~1 +@read ~0 ~0 *1 *6 $5 get|x :2 ~0 :0 :0 :0 _",
        "*2 *10 $3 get :2 *1 +readonly :1 :1 :1 *1 +@read *0 *0 *1 *6 $5 get|x :2 *0 :0 :0 :0 *-1",
    ])
    func `COMMAND INFO has a command each, and null for what is none`(text: String) throws {
        let commands = try reply(text, as: COMMAND.INFO.Reply.self)
        #expect(commands.count == 2)
        #expect(commands[0]?.arity == 2)
        #expect(commands[0]?.flags == ["readonly"])
        #expect(commands[0]?.categories == ["@read"])
        #expect(commands[0]?.subcommands.map(\.name) == ["get|x"])
        #expect(commands[1] == nil)
    }

    @Test(
        arguments: bothVersions(
            "%1 $3 lcs %3 $7 summary $1 s $9 arguments *1 %4 $4 name $3 len $4 type $5 oneof $5 flags ~1 +optional $9 arguments *1 %1 $4 name $1 x $11 subcommands %1 $5 lcs|x %1 $5 since $3 7.0"
        ))
    func `COMMAND DOCS has arguments and subcommands that nest`(text: String) throws {
        let documentation = try #require(try reply(text, as: COMMAND.DOCS.Reply.self)["lcs"])
        #expect(documentation.summary == "s")
        #expect(documentation.arguments.first?.flags == ["optional"])
        #expect(documentation.arguments.first?.arguments.first?.name == "x")
        #expect(documentation.subcommands["lcs|x"]?.since == "7.0")
    }

    @Test(arguments: bothVersions("%2 $7 matches *1 *3 *2 :6 :10 *2 :8 :12 :5 $3 len :11"))
    func `LCS IDX has matches, with their lengths if these were asked for`(text: String) throws {
        let matches = try reply(text, as: LCS_IDX.Reply.self)
        #expect(matches.length == 11)
        #expect(matches.matches.first?.first == 6...10)
        #expect(matches.matches.first?.second == 8...12)
        #expect(matches.matches.first?.length == 5)
        #expect(throws: RESPTypeMismatch.self) {
            try reply("%1 $7 matches *1 *2 *2 :6 :1 *2 :8 :12", as: LCS_IDX.Reply.self)
        }
    }

    @Test(
        arguments: bothVersions("*1 %4 $4 name $1 j $11 slot_ranges $5 0-100 $11 create_time :17 $5 state $7 success"))
    func `CLUSTER GETSLOTMIGRATIONS has a move each`(text: String) throws {
        let migration = try #require(try reply(text, as: CLUSTER.GETSLOTMIGRATIONS.Reply.self).first)
        #expect(migration.slots == [0...100])
        #expect(migration.created == .seconds(17))
        #expect(migration.state == "success")
    }

    @Test func `CLUSTERSCAN goes on with the cursor that it was given`() throws {
        let page = try reply("*2 $9 0-{06S}-0 *1 $1 k", as: CLUSTERSCAN<String>.Reply.self)
        #expect(page.keys == ["k"])
        #expect(!page.cursor.isFinished)
        #expect(try words(.clusterscan(page.cursor)) == ["CLUSTERSCAN", "0-{06S}-0"])
        #expect(try words(.clusterscan(.start)) == ["CLUSTERSCAN", "0"])
        #expect(try reply("*2 $1 0 *0", as: CLUSTERSCAN<String>.Reply.self).cursor.isFinished)
    }

    @Test func `connections are named by what the server numbers them with`() throws {
        let id = try reply(":7", as: CLIENT.ID.Reply.self)
        #expect(id == ClientID(rawValue: 7))
        #expect(id < 8)
        #expect(try words(.clientUnblock(id)) == ["CLIENT", "UNBLOCK", "7"])
        #expect(try words(.clientList(id: [id, 9])) == ["CLIENT", "LIST", "ID", "7", "9"])
        #expect(wire(CLIENT.TRACKING(.read, redirect: id)).hasSuffix("$8 REDIRECT $1 7"))
    }

    @Test(arguments: [(":-1", TrackingRedirection.off), (":0", .itself), (":7", .to(7))])
    func `CLIENT GETREDIR names a connection, or says that there is none`(
        text: String, redirection: TrackingRedirection
    ) throws {
        #expect(try reply(text, as: CLIENT.GETREDIR.Reply.self) == redirection)
    }
}
