import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A mail server for tests: speaks SMTP (RFC 5321) with STARTTLS and AUTH, keeps what it is given.
///
/// Every behaviour that a real server may show is a setting; nothing is delivered anywhere.
final class SMTPStub: Sendable {
    struct Behaviour: Sendable {
        /// Offers STARTTLS with this.
        var tls: NIOSSLContext?
        /// TLS from the first byte.
        var isImplicit = false
        /// Offers AUTH PLAIN and takes nothing without it: `\0user\0password`.
        var credentials: String?
        /// The answer to the mail's end, by the number of the mail, counted from 1.
        var verdict: @Sendable (Int) -> String = { _ in "250 2.0.0 taken" }
        var recipientVerdict = "250 2.1.5 ok"
        /// Hangs up instead of answering the mail's end.
        var hangsUp = false
    }

    struct Mail: Sendable {
        let from: String
        let to: [String]
        /// The lines between DATA and the dot, dots unstuffed.
        let lines: [String]
        let isEncrypted: Bool

        /// The header's fields, unfolded.
        var header: [String: String] {
            var fields: [(String, String)] = []
            for line in lines.prefix(while: { !$0.isEmpty }) {
                if line.hasPrefix(" "), !fields.isEmpty {
                    fields[fields.count - 1].1 += line
                } else {
                    let parts = line.split(separator: ":", maxSplits: 1)
                    fields.append((String(parts[0]), parts.count == 2 ? String(parts[1].drop { $0 == " " }) : ""))
                }
            }
            return Dictionary(fields) { $1 }
        }
    }

    private let kept = Mutex<(mails: [Mail], commands: [String])>(([], []))
    private let behaviour: Behaviour
    private let group = MultiThreadedEventLoopGroup.singleton

    var mails: [Mail] { kept.withLock { $0.mails } }
    var commands: [String] { kept.withLock { $0.commands } }

    init(_ behaviour: Behaviour = Behaviour()) { self.behaviour = behaviour }

    /// Listens while the body runs.
    func serving(_ body: (_ port: Int) async throws -> Void) async throws {
        let channel = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if self.behaviour.isImplicit, let tls = self.behaviour.tls {
                        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
                    }
                    try channel.pipeline.syncOperations.addHandler(
                        SMTPConversation(self.behaviour, self, isEncrypted: self.behaviour.isImplicit)
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(channel.localAddress?.port ?? 0)) } catch { outcome = .failure(error) }
        try await channel.close()
        try outcome.get()
    }

    fileprivate func heard(_ command: String) { kept.withLock { $0.commands.append(command) } }

    /// How many there are with this one.
    fileprivate func keep(_ mail: Mail) -> Int {
        kept.withLock { kept in
            kept.mails.append(mail)
            return kept.mails.count
        }
    }
}

/// One connection's talk.
private final class SMTPConversation: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let behaviour: SMTPStub.Behaviour
    private let stub: SMTPStub
    private var isEncrypted: Bool
    private var isAuthenticated = false
    /// The next line is what AUTH PLAIN was asked for.
    private var isAsked = false
    private var pending = ""
    private var from = ""
    private var to: [String] = []
    private var lines: [String]?

    init(_ behaviour: SMTPStub.Behaviour, _ stub: SMTPStub, isEncrypted: Bool) {
        self.behaviour = behaviour
        self.stub = stub
        self.isEncrypted = isEncrypted
    }

    func channelActive(context: ChannelHandlerContext) { say("220 stub ESMTP", context) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        pending += String(buffer: unwrapInboundIn(data))
        while let end = pending.range(of: "\r\n") {
            let line = String(pending[..<end.lowerBound])
            pending = String(pending[end.upperBound...])
            take(line, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func say(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text + "\r\n")), promise: nil)
    }

    private func take(_ line: String, _ context: ChannelHandlerContext) {
        guard lines == nil else { return takeContent(line, context) }
        guard !isAsked else { return check(line, context) }
        let command = line.uppercased()
        stub.heard(command.hasPrefix("AUTH") ? "AUTH" : line)
        switch command.prefix(4) {
        case "EHLO": greet(context)
        case "STAR": startTLS(context)
        case "AUTH": authenticate(line, context)
        case "MAIL" where behaviour.credentials != nil && !isAuthenticated: say("530 5.7.0 who are you", context)
        case "MAIL":
            from = Self.path(line)
            to = []
            say("250 2.1.0 ok", context)
        case "RCPT":
            if behaviour.recipientVerdict.hasPrefix("250") { to.append(Self.path(line)) }
            say(behaviour.recipientVerdict, context)
        case "DATA":
            lines = []
            say("354 go on", context)
        case "QUIT":
            say("221 2.0.0 bye", context)
            context.close(promise: nil)
        default: say("250 2.0.0 ok", context)
        }
    }

    private func greet(_ context: ChannelHandlerContext) {
        var offers = ["stub"]
        if behaviour.tls != nil, !isEncrypted { offers.append("STARTTLS") }
        if behaviour.credentials != nil { offers.append("AUTH PLAIN") }
        offers.append("8BITMIME")
        for offer in offers.dropLast() { say("250-\(offer)", context) }
        say("250 \(offers[offers.count - 1])", context)
    }

    private func startTLS(_ context: ChannelHandlerContext) {
        guard let tls = behaviour.tls else { return say("502 5.5.1 no such command", context) }
        say("220 2.0.0 go ahead", context)
        isEncrypted = true
        do {
            try context.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls), position: .first)
        } catch {
            context.close(promise: nil)
        }
    }

    /// The credentials come with the command, or when they are asked for.
    private func authenticate(_ line: String, _ context: ChannelHandlerContext) {
        let words = line.split(separator: " ")
        if words.count > 2 {
            check(String(words[2]), context)
        } else {
            isAsked = true
            say("334 ", context)
        }
    }

    private func check(_ credentials: String, _ context: ChannelHandlerContext) {
        isAsked = false
        isAuthenticated = Base64.decode(credentials) == behaviour.credentials
        say(isAuthenticated ? "235 2.7.0 welcome" : "535 5.7.8 wrong", context)
    }

    private func takeContent(_ line: String, _ context: ChannelHandlerContext) {
        guard line == "." else {
            lines?.append(line.hasPrefix(".") ? String(line.dropFirst()) : line)
            return
        }
        let number = stub.keep(SMTPStub.Mail(from: from, to: to, lines: lines ?? [], isEncrypted: isEncrypted))
        lines = nil
        if behaviour.hangsUp {
            context.close(promise: nil)
        } else {
            say(behaviour.verdict(number), context)
        }
    }

    /// What stands between the angle brackets.
    private static func path(_ line: String) -> String {
        String(line.drop { $0 != "<" }.dropFirst().prefix { $0 != ">" })
    }
}
