import Redis
import Testing

@Suite("Slots of a cluster")
struct RedisSlotTests {
    // The first is the specification's own check value; the others are what `CLUSTER KEYSLOT` answers.
    @Test(
        "A key's slot is the server's",
        arguments: [
            ("123456789", 0x31C3), ("", 0), ("foo", 12_182), ("somekey", 11_058),
            ("{user1000}.following", 3_443), ("{user1000}.followers", 3_443), ("foo{}{bar}", 8_363),
            ("foo{{bar}}zap", 4_015), ("foo{bar}{zap}", 5_061), ("bar", 5_061),
        ]
    )
    func slots(key: String, slot: Int) {
        #expect(RedisSlot.of(key.utf8) == slot)
    }
}
