/// Ways to spoil a frame.
package enum Mutation {
    private static let hostilePieces: [[UInt8]] = [
        "\"", "\\", "{", "}", "[", "]", ",", ":", "null", "1e999", "-", "\\ud800", "\u{0}", "99999999999999999999",
    ].map { Array($0.utf8) }

    /// Bytes that often leave a frame readable.
    private static let mild = Array("0123456789.-aZ\" ".utf8)

    /// Changes one to four places: flips, inserts, removes, repeats or cuts bytes, or puts in a hostile piece.
    package static func mangle(_ frame: [UInt8], with random: inout SplitMix) -> [UInt8] {
        var frame = frame
        for _ in 0...Int.random(in: 0...3, using: &random) where !frame.isEmpty {
            let place = Int.random(in: 0..<frame.count, using: &random)
            switch Int.random(in: 0..<7, using: &random) {
            case 0: frame[place] = UInt8.random(in: .min ... .max, using: &random)
            case 1: frame[place] = UInt8.random(in: 0x20...0x7E, using: &random)
            case 2: frame.insert(UInt8.random(in: .min ... .max, using: &random), at: place)
            case 3: frame.remove(at: place)
            case 4: frame.removeSubrange(place...)
            case 5:
                let end = min(frame.count, place + Int.random(in: 1...40, using: &random))
                frame.insert(contentsOf: frame[place..<end], at: place)
            default: frame.insert(contentsOf: hostilePieces[place % hostilePieces.count], at: place)
            }
        }
        return frame
    }

    /// Replaces one byte by one that often leaves the frame readable, so that the checks behind the parser get their
    /// share.
    package static func touch(_ frame: [UInt8], with random: inout SplitMix) -> [UInt8] {
        var frame = frame
        frame[Int.random(in: 0..<frame.count, using: &random)] = mild[Int.random(in: 0..<mild.count, using: &random)]
        return frame
    }
}
