import Foundation
import Redis
import TestKit
import Testing

@Suite(
    "Redis over TLS",
    .enabled(
        if: ThrowawayRedis.isInstalled && Command.find("openssl") != nil,
        "redis-server or openssl is not installed"
    ),
    .timeLimit(.minutes(5))
)
struct RedisTLSTests {
    @Test("A server with a certificate of our authority is spoken to, and one without is not")
    func certificates() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tp-redis-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let openssl = try #require(Command.find("openssl"))
        let made = try await Command(
            openssl,
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=redis",
                "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", "key.pem", "-out", "cert.pem",
            ],
            in: folder.path
        )
        try #require(made.status == 0, "\(made.errors)")
        let (key, certificate) = ("\(folder.path)/key.pem", "\(folder.path)/cert.pem")
        let options = [
            "--port", "0", "--tls-port", "PORT", "--tls-auth-clients", "no", "--tls-cert-file", certificate,
            "--tls-key-file", key, "--requirepass", "word",
        ]
        try await ThrowawayRedis.run(options: options) { redis in
            for host in ["127.0.0.1", "localhost"] {
                try await withClient("rediss://:word@\(host):\(redis.port)", { $0.authorities = certificate }) {
                    client in
                    let answer = try await client.insist("ECHO", "hello")
                    #expect(answer.text == "hello")
                }
            }
            for url in ["rediss://:word@127.0.0.1:\(redis.port)", "redis://:word@127.0.0.1:\(redis.port)"] {
                try await withClient(url) { client in
                    #expect(await client.refusal(of: "ECHO", "hello") != nil)
                }
            }
        }
    }
}
