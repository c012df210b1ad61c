import Accounts
import CCurl
import Dispatch
import Foundation

extension MailTransport {
    /// Hands mails to a server over SMTP, by libcurl.
    ///
    /// libcurl blocks, so it has a queue of its own, one mail after another.
    package static func smtp(_ server: SMTPServer) -> MailTransport {
        let queue = DispatchQueue(label: "tradepulse.smtp")
        return MailTransport { message in
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                queue.async { continuation.resume(with: Result { try SMTPDelivery(server, message).run() }) }
            }
        }
    }
}

/// One mail on its way, start to end.
private final class SMTPDelivery {
    private let server: SMTPServer
    private let message: MailMessage
    /// What of the mail libcurl has not taken yet.
    private var rest: ArraySlice<UInt8>

    /// Seconds to connect, and for everything.
    private static let connectSeconds = 10
    private static let totalSeconds = 30

    /// Once for the process, before any other call; a constant of Swift is made by one thread alone.
    private static let library = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

    init(_ server: SMTPServer, _ message: MailMessage) {
        self.server = server
        self.message = message
        rest = message.bytes[...]
    }

    /// - Throws: ``MailFailure``.
    func run() throws {
        guard Self.library == CURLE_OK, let handle = curl_easy_init() else {
            throw MailFailure.unreachable("libcurl cannot be used")
        }
        defer { curl_easy_cleanup(handle) }
        let recipients = curl_slist_append(nil, "<\(message.to.address)>")
        defer { curl_slist_free_all(recipients) }
        try configure(handle, recipients: recipients)
        let code = curl_easy_perform(handle)
        guard code != CURLE_OK else { return }
        var answer = 0
        _ = tp_curl_response_code(handle, &answer)
        throw Self.failure(code, answer: answer)
    }

    private func configure(_ handle: UnsafeMutableRawPointer, recipients: UnsafeMutablePointer<curl_slist>?) throws {
        func set(_ option: CURLoption, _ value: String) { _ = tp_curl_set_text(handle, option, value) }
        func set(_ option: CURLoption, _ value: Int) { _ = tp_curl_set_long(handle, option, value) }
        set(CURLOPT_URL, server.url)
        // Nothing but mail, whatever the URL says.
        set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        if let user = server.user, let password = server.password {
            set(CURLOPT_USERNAME, user)
            set(CURLOPT_PASSWORD, password.reveal())
        }
        let level = server.protection == .opportunistic ? CURLUSESSL_TRY : CURLUSESSL_ALL
        set(CURLOPT_USE_SSL, Int(level.rawValue))
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let file = server.certificatesFile { set(CURLOPT_CAINFO, file) }
        set(CURLOPT_CONNECTTIMEOUT, Self.connectSeconds)
        set(CURLOPT_TIMEOUT, Self.totalSeconds)
        // Timeouts without signals: a signal handler would belong to the whole process.
        set(CURLOPT_NOSIGNAL, 1)
        // A proxy of the environment is for the web.
        set(CURLOPT_PROXY, "")
        set(CURLOPT_MAIL_FROM, "<\(message.from.address)>")
        _ = tp_curl_set_list(handle, CURLOPT_MAIL_RCPT, recipients)
        set(CURLOPT_UPLOAD, 1)
        _ = tp_curl_set_read(handle) { buffer, size, count, context in
            guard let buffer, let context else { return Int(CURL_READFUNC_ABORT) }
            let delivery = Unmanaged<SMTPDelivery>.fromOpaque(context).takeUnretainedValue()
            return delivery.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
        }
        // `run` keeps the delivery alive while libcurl works.
        _ = tp_curl_set_pointer(handle, CURLOPT_READDATA, Unmanaged.passUnretained(self).toOpaque())
    }

    private func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let chunk = rest.prefix(buffer.count)
        buffer.copyBytes(from: chunk)
        rest = rest.dropFirst(chunk.count)
        return chunk.count
    }

    /// Reply codes: RFC 5321, 4.2.1; the second digit 3 is about the server as a whole, not about this mail.
    private static func failure(_ code: CURLcode, answer: Int) -> MailFailure {
        let sentence = String(cString: curl_easy_strerror(code))
        switch code {
        case CURLE_LOGIN_DENIED, CURLE_USE_SSL_FAILED, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE,
            CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT:
            return .misconfigured(sentence)
        default:
            let isFinal = (500...599).contains(answer) && answer / 10 != 53
            return isFinal ? .refused(code: answer) : .unreachable(sentence)
        }
    }
}
