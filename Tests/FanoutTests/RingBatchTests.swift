import Doorbells
import Fanout
import Testing

@Suite("What rings look like on the way")
struct RingBatchTests {
    @Test("A message holds the newest number of each channel, and comes back as it was")
    func roundTrip() {
        var batch = RingBatch()
        for ring in [Ring.channel(name: "signals", sequence: 3), .standing, .channel(name: "signals", sequence: 2)] {
            batch.add(ring)
        }
        batch.add(.channel(name: "notifications:8f", sequence: 1))
        let text = batch.text(from: "me")
        #expect(text == "me\nnotifications:8f 1\nsignals 3\nstanding")
        let (sender, read) = RingBatch.read(text)
        #expect(sender == "me" && read == batch)
        #expect(read.rings.count == 3)
    }

    @Test("Too many channels are told of as anything, so that the message stays small")
    func bound() {
        var batch = RingBatch()
        for number in 0...RingBatch.maximumChannels {
            batch.add(.channel(name: "notifications:\(number)", sequence: 1))
        }
        #expect(batch.rings == [.anything])
    }

    @Test("What is not known may mean anything", arguments: ["me\nwhat", "me\na b", "me\na 1 2", "me\n", "me\n\u{0}"])
    func unknown(text: String) {
        #expect(RingBatch.read(text).batch.rings == [.anything])
    }
}
