import HTTPServing
import Logging
import Testing

@Suite("The end of a shutdown that hangs", .timeLimit(.minutes(2)))
struct ShutdownDeadlineTests {
    @Test("The program ends although something waits for what never comes and hears no cancellation")
    func hanging() async {
        await #expect(processExitsWith: .exitCode(1)) {
            ShutdownDeadline.begin(seconds: 0.05, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            await withCheckedContinuation { (_: CheckedContinuation<Void, Never>) in }
        }
    }
}
