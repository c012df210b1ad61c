import APIContract
import Channels
import Foundation
import Postgres
import Storage
import Synchronization
import TestKit
import Testing
import WebSockets

@Suite("Nothing is lost", .fewAtOnce, .timeLimit(.minutes(10)))
struct LossTests {
    /// A thousand are many for one machine that builds and tests: `LOSS_CLIENTS=1000 swift test --filter LossTests`.
    private static let clients = ProcessInfo.processInfo.environment["LOSS_CLIENTS"].flatMap { Int($0) } ?? 30
    private static let messages = 400
    /// As many as one account of the highest tier may open.
    private static let socketsPerAccount = 50

    @Test(
        "Lines cut at random, servers killed and replaced in turn, signals all the while: every client's log is the server's"
    )
    func everySignalOnce() async throws {
        try await ThrowawayDatabase.run(migrations: try SchemaMigrations.all()) { pool in
            let environment = ServerProcess.sharing(pool)
            let fleet = Fleet([
                try await ServerProcess(environment: environment), try await ServerProcess(environment: environment),
            ])
            let tokens = try await Self.accounts(on: fleet, environment)
            try await withThrowingTaskGroup(of: [Heard].self) { group in
                for client in 0..<Self.clients {
                    let token = tokens[client / Self.socketsPerAccount]
                    group.addTask { try await Self.log(of: client, token, on: fleet) }
                }
                try await Self.publish(to: pool)
                // One dies without a word and comes back, the other is told to go: a deployment.
                for (place, signal) in [(0, SIGKILL), (1, SIGTERM)] {
                    let going = fleet.servers[place]
                    going.signal(signal)
                    try await Self.publish(to: pool)
                    _ = await going.ended()
                    fleet.replace(place, by: try await ServerProcess(environment: environment))
                }
                try await Self.publish(to: pool)
                let written = try await Self.written(pool)
                #expect(written.map(\.sequence) == Array(1...Self.messages))
                for try await log in group { #expect(log == written) }
            }
            for server in fleet.servers { await server.stop() }
        }
    }

    /// One signal: its number, and what it says.
    private struct Heard: Equatable {
        let sequence: Int
        let text: String
    }

    /// Tokens of accounts that hear signals at once.
    private static func accounts(on fleet: Fleet, _ environment: [String: String]) async throws -> [String] {
        var tokens: [String] = []
        for number in 0...(clients - 1) / socketsPerAccount {
            var client = TestClient(fleet.servers[0])
            let account = RegisterRequest(email: "phone\(number)@example.com", password: "correct horse battery")
            client.token = try await client.post("/api/v1/auth/register", account).decoded(TokenPair.self).accessToken
            let grant = try await Command(
                ServerProcess.program,
                ["admin", "grant", account.email, "vip"],
                environment: environment.merging(["DATA_DIR": fleet.servers[0].dataDirectory + "/data"]) { $1 }
            )
            #expect(grant.status == 0, "\(grant.errors)")
            // Both servers hear of it by themselves.
            for server in fleet.servers {
                var there = TestClient(server)
                there.token = client.token
                while try await there.get("/api/v1/user/me").decoded(UserProfile.self).subscription != "vip" {}
            }
            tokens.append(try #require(client.token))
        }
        return tokens
    }

    /// A quarter of the signals, each in a transaction of its own.
    private static func publish(to pool: PostgresPool) async throws {
        for _ in 0..<messages / 4 {
            let draft = ChannelDraft(to: .signals, payload: #"{"text":"\#(UUID())"}"#, createdAt: Date())
            _ = try await pool.withTransaction { try await $0.append(draft) }
        }
    }

    private static func written(_ pool: PostgresPool) async throws -> [Heard] {
        let rows = try await pool.query(
            "SELECT sequence, payload->>'text' AS text FROM channel_messages WHERE channel = 'signals' ORDER BY sequence"
        )
        return try rows.map {
            Heard(sequence: Int(try $0.decode("sequence", as: Int64.self)), text: try $0.decode("text"))
        }
    }

    /// What one client hears: each time from a server at random, some signals, and then the line breaks.
    private static func log(of client: Int, _ token: String, on fleet: Fleet) async throws -> [Heard] {
        var random = SeededGenerator(seed: UInt64(client))
        var log: [Heard] = []
        while log.count < messages {
            try Task.checkCancellation()
            var phone = TestClient(fleet.any(&random))
            phone.token = token
            guard let socket = try? await TestSocket(phone) else { continue }
            defer { socket.connection.cut() }
            guard let epoch = try await socket.first("welcome")?["epoch"] as? String else { continue }
            let last = log.last?.sequence ?? 0
            let resume = #"{"epoch":"\#(epoch)","sequences":{"signals":\#(last)}}"#
            socket.send(#"{"type":"subscribe","channels":["signals"],"resume":\#(resume)}"#)
            guard let answer = try await socket.first("subscribed") else { continue }
            let channel = (answer["channels"] as? [[String: Any]])?.first
            #expect(channel?["recovered"] as? Bool == true)
            for _ in 0..<min(Int.random(in: 1...40, using: &random), messages - log.count) {
                guard let signal = try await socket.first("signal") else { break }
                log.append(
                    Heard(
                        sequence: try #require(signal["sequence"] as? Int),
                        text: try #require(signal["text"] as? String)
                    )
                )
            }
        }
        return log
    }

    /// The servers that a client may try, one of which may be gone.
    private final class Fleet: Sendable {
        private let running: Mutex<[ServerProcess]>

        init(_ servers: [ServerProcess]) { running = Mutex(servers) }

        var servers: [ServerProcess] { running.withLock { $0 } }

        func replace(_ place: Int, by server: ServerProcess) { running.withLock { $0[place] = server } }

        func any(_ random: inout SeededGenerator) -> ServerProcess {
            running.withLock { $0[Int.random(in: $0.indices, using: &random)] }
        }
    }
}
