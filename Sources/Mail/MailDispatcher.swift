package import Accounts
import Foundation
package import Logging
import ServiceLifecycle

/// Sends what waits in the queue, one letter after another, until the program ends.
///
/// Several processes may run one each: a letter is leased to one of them. It is noted as sent after the server took it,
/// so a program that dies between the two sends it again when the lease ends, under the same `Message-ID`; nothing else
/// sends a letter twice.
package struct MailDispatcher: Service {
    private let queue: LetterQueue
    private let postbox: Postbox
    private let templates: MailTemplates
    private let sender: MailAddress
    private let transport: MailTransport?
    private let showsWords: Bool
    private let clock: AccountClock
    private let logger: Logger

    /// Between two looks at an empty queue.
    static let pause = Duration.seconds(1)
    /// Between two sweeps.
    static let sweepPause = Duration.seconds(60)
    /// Letters taken at a time; with 30 s a letter at the worst they are done before their lease ends.
    static let batch = 8
    static let leaseSeconds: TimeInterval = 300
    package static let maximumAttempts = 10

    /// Sends letters.
    ///
    /// - Parameters:
    ///   - queue: where they wait.
    ///   - postbox: opens them.
    ///   - templates: what they say.
    ///   - sender: whom they are from.
    ///   - transport: what carries them; without one they wait until their time is over.
    ///   - showsWords: whether the log tells what they say, without what their links open: for development.
    ///   - clock: when they are due.
    ///   - logger: told of each.
    package init(
        queue: LetterQueue,
        postbox: Postbox,
        templates: MailTemplates,
        sender: MailAddress,
        transport: MailTransport?,
        showsWords: Bool = false,
        clock: AccountClock = .system,
        logger: Logger
    ) {
        self.queue = queue
        self.postbox = postbox
        self.templates = templates
        self.sender = sender
        self.transport = transport
        self.showsWords = showsWords
        self.clock = clock
        self.logger = logger
    }

    package func run() async {
        await cancelWhenGracefulShutdown {
            var sweptAt: Duration?
            while !Task.isCancelled {
                do {
                    if sweptAt.map({ clock.uptime() - $0 >= Self.sweepPause }) ?? true {
                        try await queue.sweep(clock.now())
                        sweptAt = clock.uptime()
                    }
                    if try await sendDue() == Self.batch { continue }
                } catch is CancellationError {
                    return
                } catch {
                    logger.warning("The queue of mails does not answer", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    /// Sends what is due now, at most a batch.
    ///
    /// - Returns: how many letters were taken from the queue.
    @discardableResult
    package func sendDue() async throws -> Int {
        guard let transport else { return 0 }
        let now = clock.now()
        let letters = try await queue.claim(Self.batch, now, now.addingTimeInterval(Self.leaseSeconds))
        for letter in letters {
            let fate = await deliver(letter, over: transport)
            try await queue.settle(letter, fate, clock.now())
        }
        return letters.count
    }

    private func deliver(_ waiting: WaitingLetter, over transport: MailTransport) async -> LetterFate {
        guard let letter = postbox.open(waiting.payload, key: waiting.key) else {
            return giveUp(waiting, "unreadable")
        }
        guard let to = MailAddress(letter.recipient), let words = templates.render(letter) else {
            return giveUp(waiting, "cannot be written")
        }
        let message = MailMessage(
            from: sender,
            to: to,
            subject: words.subject,
            text: words.text,
            html: words.html,
            date: clock.now(),
            key: waiting.key
        )
        do {
            try await transport.send(message)
        } catch {
            return afterFailure(error, waiting, letter)
        }
        logSent(letter)
        return .sent
    }

    private func logSent(_ letter: Letter) {
        var metadata: Logger.Metadata = [
            "occasion": "\(letter.occasion.rawValue)", "to": "\(letter.maskedRecipient)",
        ]
        if showsWords, let words = templates.render(letter.withoutSecrets) {
            metadata["subject"] = "\(words.subject)"
            metadata["text"] = "\(words.text)"
            metadata["whole"] = "GET /dev/mail"
        }
        logger.info("A mail was sent", metadata: metadata)
    }

    private func afterFailure(_ error: any Error, _ waiting: WaitingLetter, _ letter: Letter) -> LetterFate {
        if case MailFailure.refused(let code) = error { return giveUp(waiting, "refused with \(code)") }
        logger.warning(
            "A mail was not taken",
            metadata: [
                "occasion": "\(letter.occasion.rawValue)", "attempt": "\(waiting.attempt)", "error": "\(error)",
            ]
        )
        guard waiting.attempt < Self.maximumAttempts else { return giveUp(waiting, "too many attempts") }
        return .tryAgain(at: clock.now().addingTimeInterval(Self.delay(after: waiting.attempt)))
    }

    private func giveUp(_ waiting: WaitingLetter, _ reason: String) -> LetterFate {
        logger.error("A mail is given up", metadata: ["key": "\(waiting.key)", "reason": "\(reason)"])
        return .givenUp(reason: reason)
    }

    /// 15 s, 30 s, 1 min, … at most an hour: ten attempts take some two hours.
    static func delay(after attempt: Int) -> TimeInterval {
        min(3_600, 15 * TimeInterval(1 << min(max(attempt, 1) - 1, 10)))
    }
}
