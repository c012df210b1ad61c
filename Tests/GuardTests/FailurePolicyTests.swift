import Guard
import Testing

@Suite("Delays after failures")
struct FailurePolicyTests {
    @Test(
        "Each policy waits as stated",
        arguments: [
            // (policy, failures, seconds)
            (FailurePolicy.account, 49, 0), (.account, 50, 1), (.account, 60, 2), (.account, 100, 32),
            (.account, 1_000_000, 900), (.pair, 4, 0), (.pair, 5, 2), (.pair, 8, 16), (.pair, 100, 900),
            (.device, 4, 0), (.device, 5, 2), (.device, 50, 900),
            (.address, 5, 0), (.address, 500, 0),
        ] as [(FailurePolicy, Int, Double)]
    )
    func delays(policy: FailurePolicy, failures: Int, seconds: Double) {
        #expect(policy.delaySeconds(after: failures) == seconds)
    }

    @Test("An account guessed without pause gets no more than two hundred guesses a day")
    func budget() {
        // One guess as soon as each wait is over, failures leaking meanwhile.
        var failures = 50.0
        var seconds = 0.0
        var guesses = 0
        while seconds < 86_400 {
            let wait = max(1, FailurePolicy.account.delaySeconds(after: Int(failures)))
            seconds += wait
            failures = max(0, failures - wait / Double(FailurePolicy.account.leakSeconds)) + 1
            guesses += 1
        }
        #expect(guesses < 250)
    }
}
