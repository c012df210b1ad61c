package import NIOCore

/// Checks UTF-8 piece by piece, so that a text message fails at the fragment that breaks it.
package struct UTF8Validator {
    package init() {}

    /// Continuation bytes still owed by the character that was cut off.
    private var owed = 0
    /// What the next continuation byte may be: narrower than 80…BF after E0, ED, F0 and F4 (overlong forms, surrogates
    /// and values past U+10FFFF).
    private var allowed: ClosedRange<UInt8> = 0x80...0xBF

    /// Whether no character is cut in half at the end of what was consumed.
    package var isComplete: Bool { owed == 0 }

    /// Takes the next piece; false when it cannot be UTF-8 whatever follows.
    package mutating func consume(_ buffer: ByteBuffer) -> Bool {
        buffer.withUnsafeReadableBytes { consume($0) }
    }

    mutating func consume(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while index < bytes.count {
            if owed == 0 {
                index = Self.endOfASCII(bytes, from: index)
                guard index < bytes.count else { return true }
                guard start(bytes[index]) else { return false }
            } else {
                guard allowed.contains(bytes[index]) else { return false }
                owed -= 1
                allowed = 0x80...0xBF
            }
            index += 1
        }
        return true
    }

    /// Takes a lead byte (Unicode 15, table 3-7).
    private mutating func start(_ byte: UInt8) -> Bool {
        allowed = 0x80...0xBF
        switch byte {
        case 0x00...0x7F: owed = 0
        case 0xC2...0xDF: owed = 1
        case 0xE0: (owed, allowed) = (2, 0xA0...0xBF)
        case 0xED: (owed, allowed) = (2, 0x80...0x9F)
        case 0xE1...0xEF: owed = 2
        case 0xF0: (owed, allowed) = (3, 0x90...0xBF)
        case 0xF1...0xF3: owed = 3
        case 0xF4: (owed, allowed) = (3, 0x80...0x8F)
        default: return false
        }
        return true
    }

    /// Most of what travels is ASCII: eight bytes a step while no top bit is set.
    private static func endOfASCII(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var index = start
        while index + 8 <= bytes.count {
            guard bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0 else {
                break
            }
            index += 8
        }
        while index < bytes.count, bytes[index] < 0x80 { index += 1 }
        return index
    }
}
