import Accounts
import Foundation
import Testing

@Suite("Password hashes")
struct PasswordHashTests {
    struct Vector: Sendable {
        let passes: UInt32, memoryKiB: UInt32, lanes: UInt32
        let password: String, salt: String, phc: String
    }

    /// The reference implementation's own vectors for Argon2id, version 0x13 (`test.c` of phc-winner-argon2).
    static let vectors = [
        Vector(
            passes: 2,
            memoryKiB: 65_536,
            lanes: 1,
            password: "password",
            salt: "somesalt",
            phc: "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
        ),
        Vector(
            passes: 2,
            memoryKiB: 256,
            lanes: 1,
            password: "password",
            salt: "somesalt",
            phc: "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
        ),
        Vector(
            passes: 2,
            memoryKiB: 256,
            lanes: 2,
            password: "password",
            salt: "somesalt",
            phc: "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc"
        ),
        Vector(
            passes: 1,
            memoryKiB: 65_536,
            lanes: 1,
            password: "password",
            salt: "somesalt",
            phc: "$argon2id$v=19$m=65536,t=1,p=1$c29tZXNhbHQ$9qWtwbpyPd3vm1rB1GThgPzZ3/ydHL92zKL+15XZypg"
        ),
        Vector(
            passes: 4,
            memoryKiB: 65_536,
            lanes: 1,
            password: "password",
            salt: "somesalt",
            phc: "$argon2id$v=19$m=65536,t=4,p=1$c29tZXNhbHQ$kCXUjmjvc5XMqQedpMTsOv+zyJEf5PhtGiUghW9jFyw"
        ),
        Vector(
            passes: 2,
            memoryKiB: 65_536,
            lanes: 1,
            password: "differentpassword",
            salt: "somesalt",
            phc: "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$C4TWUs9rDEvq7w3+J4umqA32aWKB1+DSiRuBfYxFj94"
        ),
        Vector(
            passes: 2,
            memoryKiB: 65_536,
            lanes: 1,
            password: "password",
            salt: "diffsalt",
            phc: "$argon2id$v=19$m=65536,t=2,p=1$ZGlmZnNhbHQ$vfMrBczELrFdWP0ZsfhWsRPaHppYdP3MVEMIVlqoFBw"
        ),
    ]

    @Test("The reference vectors come out, are read back and match", arguments: vectors)
    func reference(vector: Vector) throws {
        let parameters = try #require(
            Argon2Parameters(ofStoredHash: vector.memoryKiB, passes: vector.passes, lanes: vector.lanes)
        )
        let hash = try PasswordHash(
            of: Array(vector.password.utf8),
            salt: Array(vector.salt.utf8),
            parameters: parameters
        )
        #expect(hash.phc == vector.phc)
        let read = try #require(PasswordHash(phc: vector.phc))
        #expect(read == hash)
        #expect(try read.matches(Array(vector.password.utf8)))
        #expect(try !read.matches(Array((vector.password + "x").utf8)))
        #expect(try !read.matches([]))
    }

    @Test(
        "Anything but one plain Argon2id hash is no hash",
        arguments: [
            "", "$", "password", "$argon2id", "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ",
            // Other algorithms and versions
            "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2d$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$ARGON2ID$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2id$v=16$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2id$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            // Costs that are missing, misspelt, zero, below the algorithm's own least, or would take the machine
            "$argon2id$v=19$m=256,t=2$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2id$v=19$t=2,m=256,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2id$v=19$m=+256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2id$v=19$m=0256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2id$v=19$m=256,t=-2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2id$v=19$m=256,t=0,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2id$v=19$m=256,t=2,p=0$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2id$v=19$m=7,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2id$v=19$m=15,t=2,p=2$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2id$v=19$m=4294967295,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2id$v=19$m=4294967296,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2id$v=19$m=256,t=4294967295,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2id$v=19$m=65536,t=2,p=4096$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2id$v=19$m=٢٥٦,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            // Salts and digests that are short, padded, of another alphabet, or not canonical
            "$argon2id$v=19$m=256,t=2,p=1$c2FsdA$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2id$v=19$m=256,t=2,p=1$$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$",
            "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EA",
            "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ=$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4=",
            "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR_uIPnA4rEsF5h7TKyQwu9U1bMCHGi_4",
            "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/5",
            "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHR$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2id$v=19$m=256,t=2,p=1$c29t\nZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4$",
            " $argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$" + String(repeating: "A", count: 100_000),
        ]
    )
    func hostile(text: String) {
        #expect(PasswordHash(phc: text) == nil)
    }

    @Test(
        "New hashes cost at least OWASP's floor and at most what a machine can bear",
        arguments: [
            (65_536, 3, 1, true), (19_456, 2, 1, true), (19_455, 2, 1, false), (19_456, 1, 1, false),
            (19_456, 2, 0, false), (1_048_576, 16, 16, true), (1_048_577, 2, 1, false), (19_456, 17, 1, false),
            (19_456, 2, 17, false), (0, 0, 0, false),
        ] as [(UInt32, UInt32, UInt32, Bool)]
    )
    func bounds(memory: UInt32, passes: UInt32, lanes: UInt32, allowed: Bool) {
        #expect((Argon2Parameters(memoryKiB: memory, passes: passes, lanes: lanes) != nil) == allowed)
    }

    @Test("The standard cost is 64 MiB, three passes, one lane")
    func standard() {
        #expect(Argon2Parameters.standard == Argon2Parameters(memoryKiB: 64 * 1024, passes: 3, lanes: 1))
    }
}
