import Foundation
import NIOSSL
import TestKit
import WebSockets

/// A throw-away certificate authority and a server certificate for `localhost`, made by the openssl command.
struct Certificate {
    let authority: [NIOSSLCertificate]
    let server: NIOSSLContext

    static let openSSL = Command.find("openssl")

    static func make() async throws -> Certificate {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = { (name: String) in folder.appendingPathComponent(name).path }
        try "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n"
            .write(toFile: path("extensions"), atomically: true, encoding: .utf8)
        try await run(
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=Throw-away authority",
            "-keyout",
            path("ca.key"),
            "-out",
            path("ca.pem")
        )
        try await run(
            "req",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-subj",
            "/CN=localhost",
            "-keyout",
            path("key.pem"),
            "-out",
            path("request")
        )
        try await run(
            "x509",
            "-req",
            "-days",
            "2",
            "-in",
            path("request"),
            "-CA",
            path("ca.pem"),
            "-CAkey",
            path("ca.key"),
            "-CAcreateserial",
            "-extfile",
            path("extensions"),
            "-out",
            path("cert.pem")
        )
        let configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(path("cert.pem")).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: path("key.pem"), format: .pem))
        )
        return Certificate(
            authority: try NIOSSLCertificate.fromPEMFile(path("ca.pem")),
            server: try NIOSSLContext(configuration: configuration)
        )
    }

    private static func run(_ arguments: String...) async throws {
        let status = try await Command(openSSL ?? "/usr/bin/openssl", arguments).status
        guard status == 0 else { throw CocoaError(.executableLoad) }
    }
}
