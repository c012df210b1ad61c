import CSimdJSON
import Testing
import VenueFuzzing

@Suite("The short way through a document")
struct ShortWayTests {
    @Test(
        "Any document is read as simdjson reads it, or refused as it refuses it",
        arguments: [
            #"{"a":1,"b":[{"c":"d"},[],{}],"e":[true,false,null]}"#, " [ 1 , {\n\"a\" :\t\"b\"\r} ] ", "7", #""x""#,
            "[0,-0,-7,0.5,-0.0,1.25,123456789012345.5,999999999999999999,9999999999999999999,1e3,-1.5E-3]",
            #"["a\"b","\u00e9","\\"]"#, #"{"é":"漢字"}"#, #"{"a":1,"a":2}"#, "[]", "{}", "[[],{}]",
            "", " ", "[", "{", "[1,]", "{\"a\":1,}", "[,1]", "{\"a\"}", "{\"a\":}", "{1:2}", "[1 2]", "[1]]", "[1}",
            "{\"a\":1]", "01", "-", "1.", ".5", "+1", "1x", "truex", "nul", "[tru]", "\"a\"x", "1\"a\"", "\"a\"\"b\"",
            "\"a", "\"\u{1}\"", "[\"a\" \"b\"]", "1e999", "99999999999999999999", "[1]\u{0}",
            String(repeating: "[", count: 16) + String(repeating: "]", count: 16),
            String(repeating: "[", count: 17) + String(repeating: "]", count: 17),
        ]
    )
    func documents(text: String) {
        var twice = TwoReaders()
        twice.compare(Array(text.utf8))
    }

    @Test("And so is every venue's frame, as it is and spoiled in 20,000 ways", arguments: FuzzFamily.allCases)
    func frames(family: FuzzFamily) {
        var twice = TwoReaders()
        var random = SplitMix(seed: 0x6a73_6f6e)
        let frames = family.frames
        for frame in frames { twice.compare(frame) }
        for round in 0..<20_000 {
            let frame = frames[round % frames.count]
            twice.compare(
                round.isMultiple(of: 2)
                    ? Mutation.touch(frame, with: &random) : Mutation.mangle(frame, with: &random)
            )
        }
        // Were all of one kind, half of the comparison would say nothing.
        #expect(twice.taken > (family == .mexcSpot ? 0 : 1_000) && twice.refused > 1_000)
    }
}

/// Reads a document by both ways.
private struct TwoReaders: ~Copyable {
    private let short: OpaquePointer
    private let long: OpaquePointer
    private(set) var taken = 0
    private(set) var refused = 0

    init() {
        guard let short = sj_parser_create(1 << 16, 16), let long = sj_parser_create(1 << 16, 16) else {
            preconditionFailure("no memory for two parsers")
        }
        self.short = short
        self.long = long
    }

    deinit {
        sj_parser_destroy(short)
        sj_parser_destroy(long)
    }

    mutating func compare(_ bytes: [UInt8]) {
        var ours: UnsafePointer<sj_value>?
        var theirs: UnsafePointer<sj_value>?
        let code = sj_parse(short, bytes, bytes.count, &ours)
        let expected = sj_parse_by_simdjson(long, bytes, bytes.count, &theirs)
        #expect(code == expected, "\(String(decoding: bytes, as: UTF8.self))")
        #expect(values(ours) == values(theirs), "\(String(decoding: bytes, as: UTF8.self))")
        if code == SJ_OK { taken += 1 } else { refused += 1 }
    }

    private struct Value: Equatable {
        let type: UInt32
        let bits: UInt64
        let count: UInt32
        let text: [UInt8]
    }

    private func values(_ root: UnsafePointer<sj_value>?) -> [Value]? {
        guard let root else { return nil }
        let isOpen = root.pointee.type == SJ_ARRAY || root.pointee.type == SJ_OBJECT
        return UnsafeBufferPointer(start: root, count: isOpen ? Int(root.pointee.bits) + 1 : 1).map { value in
            let text = UnsafeBufferPointer(start: value.text, count: value.type == SJ_STRING ? Int(value.bits) : 0)
            return Value(type: value.type.rawValue, bits: value.bits, count: value.count, text: Array(text))
        }
    }
}
