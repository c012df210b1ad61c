import Foundation
import NIOSSL
import TestKit

/// A throw-away certificate for 127.0.0.1 that is its own authority, made by the openssl command.
struct Certificate {
    /// What a client must trust.
    let authorityFile: String
    let server: NIOSSLContext

    static let openSSL = Command.find("openssl")

    static func make() async throws -> Certificate {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tp-mail-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let (key, certificate) = (
            folder.appendingPathComponent("key.pem").path, folder.appendingPathComponent("cert.pem").path
        )
        let arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate,
        ]
        let status = try await Command(openSSL ?? "/usr/bin/openssl", arguments).status
        guard status == 0 else { throw CocoaError(.executableLoad) }
        let configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
        )
        return Certificate(authorityFile: certificate, server: try NIOSSLContext(configuration: configuration))
    }

    func remove() {
        try? FileManager.default.removeItem(at: URL(fileURLWithPath: authorityFile).deletingLastPathComponent())
    }
}
