/// Which part of a cluster a key belongs to.
///
/// Source: https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/ (key distribution model, CRC16).
package enum RedisSlot {
    package static let count = 16_384

    /// The slot of a key; of `{user1000}.following` only what is in the first braces counts, unless that is empty.
    package static func of(_ key: some Collection<UInt8>) -> Int {
        if let open = key.firstIndex(of: UInt8(ascii: "{")) {
            let tag = key[key.index(after: open)...]
            if let close = tag.firstIndex(of: UInt8(ascii: "}")), close != tag.startIndex {
                return Int(crc16(tag[..<close])) % count
            }
        }
        return Int(crc16(key)) % count
    }

    /// CRC16 in the variant of XMODEM: polynomial 1021, beginning with 0, nothing reflected.
    static func crc16(_ bytes: some Sequence<UInt8>) -> UInt16 {
        bytes.reduce(0) { crc, byte in (crc << 8) ^ table[Int(crc >> 8) ^ Int(byte)] }
    }

    private static let table: [UInt16] = (0..<256).map { byte in
        (0..<8).reduce(UInt16(byte) << 8) { crc, _ in crc & 0x8000 == 0 ? crc << 1 : crc << 1 ^ 0x1021 }
    }
}
