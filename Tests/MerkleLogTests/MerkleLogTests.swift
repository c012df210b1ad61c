import Crypto
import Foundation
import MerkleLog
import Testing

/// The eight leaves of the test vectors of Certificate Transparency (google/certificate-transparency,
/// `merkletree/merkle_tree_test.cc`), whose roots are the same in every implementation.
private let leaves: [Data] = [
    Data(), Data([0x00]), Data([0x10]), Data([0x20, 0x21]), Data([0x30, 0x31]), Data([0x40, 0x41, 0x42, 0x43]),
    Data([0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57]),
    Data((0x60...0x6f).map { UInt8($0) }),
]
private let roots = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

@Suite("A log that proves what it holds")
struct MerkleLogTests {
    private let tree = MerkleTree(leaves.map(MerkleHash.leaf))

    @Test("Roots are those of the published vectors", arguments: 0...8)
    func knownRoots(size: Int) {
        #expect(tree.root(ofSize: Int64(size))?.hex == roots[size])
        var frontier = MerkleFrontier.empty
        for leaf in leaves.prefix(size) { frontier.append(.leaf(leaf)) }
        #expect(frontier.root.hex == roots[size])
        #expect(frontier.size == Int64(size))
    }

    @Test("Ways to the root are those of the published vectors")
    func knownInclusionProofs() {
        #expect(tree.inclusionProof(ofLeaf: 0, inSize: 1) == [])
        #expect(
            tree.inclusionProof(ofLeaf: 0, inSize: 8)?.map(\.hex) == [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ]
        )
        #expect(
            tree.inclusionProof(ofLeaf: 5, inSize: 8)?.map(\.hex) == [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        )
        #expect(
            tree.inclusionProof(ofLeaf: 2, inSize: 3)?.map(\.hex) == [
                "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
            ]
        )
    }

    @Test("Proofs of growth are those of the published vectors")
    func knownConsistencyProofs() {
        #expect(tree.consistencyProof(from: 1, to: 1) == [])
        #expect(
            tree.consistencyProof(from: 1, to: 8)?.map(\.hex) == [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ]
        )
        #expect(
            tree.consistencyProof(from: 6, to: 8)?.map(\.hex) == [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        )
        #expect(
            tree.consistencyProof(from: 2, to: 5)?.map(\.hex) == [
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ]
        )
    }

    @Test("There is no proof of what never was")
    func outside() {
        #expect(tree.inclusionProof(ofLeaf: 3, inSize: 3) == nil)
        #expect(tree.inclusionProof(ofLeaf: 0, inSize: 9) == nil)
        #expect(tree.inclusionProof(ofLeaf: -1, inSize: 8) == nil)
        #expect(tree.consistencyProof(from: 0, to: 8) == nil)
        #expect(tree.consistencyProof(from: 5, to: 4) == nil)
        #expect(tree.consistencyProof(from: 5, to: 9) == nil)
        #expect(tree.root(ofSize: 9) == nil)
        #expect(tree.leaf(8) == nil)
    }

    private static func grown(to size: Int) -> MerkleTree {
        MerkleTree((0..<size).map { MerkleHash.leaf(Data("\($0)".utf8)) })
    }

    @Test("Every proof of every small log holds, and none does with another leaf, place, size or root")
    func inclusion() throws {
        let tree = Self.grown(to: 40)
        for size in Int64(1)...40 {
            let root = try #require(tree.root(ofSize: size))
            let other = try #require(tree.root(ofSize: size - 1))
            for index in 0..<size {
                let leaf = try #require(tree.leaf(index))
                let proof = try #require(tree.inclusionProof(ofLeaf: index, inSize: size))
                func holds(
                    _ leaf: MerkleHash,
                    _ index: Int64,
                    _ size: Int64,
                    _ root: MerkleHash,
                    _ proof: [MerkleHash]
                ) -> Bool { MerkleProofs.includes(leaf, at: index, inSize: size, root: root, proof: proof) }
                #expect(holds(leaf, index, size, root, proof))
                #expect(!holds(.leaf(Data()), index, size, root, proof))
                #expect(!holds(leaf, index + 1, size, root, proof))
                #expect(!holds(leaf, -1, size, root, proof))
                #expect(!holds(leaf, index, size, other, proof))
                #expect(!holds(leaf, index, size, root, proof + [leaf]))
                if !proof.isEmpty { #expect(!holds(leaf, index, size, root, proof.dropLast())) }
            }
        }
    }

    @Test("Every log is the beginning of its later ones, and of no others")
    func consistency() throws {
        let tree = Self.grown(to: 40)
        for second in Int64(1)...40 {
            let root = try #require(tree.root(ofSize: second))
            for first in 1...second {
                let old = try #require(tree.root(ofSize: first))
                let proof = try #require(tree.consistencyProof(from: first, to: second))
                func holds(_ old: MerkleHash, _ root: MerkleHash, _ proof: [MerkleHash]) -> Bool {
                    MerkleProofs.isConsistent(from: (first, old), to: (second, root), proof: proof)
                }
                #expect(holds(old, root, proof))
                #expect(!holds(.leaf(Data()), root, proof))
                #expect(!holds(old, .leaf(Data()), proof))
                #expect(!holds(old, root, proof + [old]))
                if !proof.isEmpty { #expect(!holds(old, root, proof.dropLast())) }
            }
        }
        let root = try #require(tree.root(ofSize: 40))
        #expect(MerkleProofs.isConsistent(from: (0, .empty), to: (40, root), proof: []))
        #expect(!MerkleProofs.isConsistent(from: (0, root), to: (40, root), proof: []))
        #expect(!MerkleProofs.isConsistent(from: (41, root), to: (40, root), proof: []))
    }

    @Test("A log in which one leaf was changed is not a continuation of what it was")
    func fork() throws {
        let honest = Self.grown(to: 20)
        let forged = MerkleTree((0..<30).map { MerkleHash.leaf(Data("\($0 == 7 ? 70 : $0)".utf8)) })
        let old = try #require(honest.root(ofSize: 20))
        let new = try #require(forged.root(ofSize: 30))
        let proof = try #require(forged.consistencyProof(from: 20, to: 30))
        #expect(!MerkleProofs.isConsistent(from: (20, old), to: (30, new), proof: proof))
    }

    @Test("Proofs in a log of a hundred thousand are under 2 KB")
    func size() throws {
        let leaf = MerkleHash.leaf(Data("x".utf8))
        let tree = MerkleTree(repeatElement(leaf, count: 100_000))
        let inclusion = try #require(tree.inclusionProof(ofLeaf: 65_432, inSize: 100_000))
        let consistency = try #require(tree.consistencyProof(from: 65_432, to: 100_000))
        let root = try #require(tree.root(ofSize: 100_000))
        #expect(MerkleProofs.includes(leaf, at: 65_432, inSize: 100_000, root: root, proof: inclusion))
        // As hexadecimal digits in quotes, with a comma.
        #expect(inclusion.count * 67 < 2_048)
        #expect(consistency.count * 67 < 2_048)
    }

    @Test("A frontier goes on from what was kept of it")
    func frontierKept() throws {
        var whole = MerkleFrontier.empty
        for index in 0..<37 {
            let kept = try #require(MerkleFrontier(size: whole.size, peaks: whole.peaks))
            #expect(kept == whole)
            whole.append(.leaf(Data("\(index)".utf8)))
            #expect(whole.root == Self.grown(to: index + 1).root(ofSize: Int64(index + 1)))
        }
        #expect(MerkleFrontier(size: 3, peaks: [.empty]) == nil)
        #expect(MerkleFrontier(size: -1, peaks: []) == nil)
    }

    @Test(
        "Hashes are read from 64 digits and nothing else",
        arguments: ["", "e3", String(repeating: "E", count: 64), String(repeating: "g", count: 64)]
    )
    func hashText(text: String) throws {
        #expect(MerkleHash(hex: text) == nil)
        #expect(MerkleHash(hex: MerkleHash.empty.hex) == .empty)
    }

    @Test("A signed checkpoint holds for its key and for no other word of it")
    func checkpoints() throws {
        let key = CheckpointKey(Curve25519.Signing.PrivateKey())
        let checkpoint = Checkpoint(origin: "a", size: 8, root: .empty, signedAt: 1)
        let signed = try key.sign(checkpoint)
        #expect(signed.isSigned(by: key.publicKey))
        #expect(!signed.isSigned(by: Curve25519.Signing.PrivateKey().publicKey))
        let others = [
            Checkpoint(origin: "b", size: 8, root: .empty, signedAt: 1),
            Checkpoint(origin: "a", size: 9, root: .empty, signedAt: 1),
            Checkpoint(origin: "a", size: 8, root: .leaf(Data()), signedAt: 1),
            Checkpoint(origin: "a", size: 8, root: .empty, signedAt: 2),
        ]
        for other in others {
            let moved = SignedCheckpoint(checkpoint: other, keyID: signed.keyID, signature: signed.signature)
            #expect(!moved.isSigned(by: key.publicKey))
        }
    }
}
