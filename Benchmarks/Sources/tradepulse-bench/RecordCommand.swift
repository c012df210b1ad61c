import APIContract
import ArgumentParser
import Crypto
import Foundation
import MerkleLog
import RecordFollowing

/// What it costs a client to hold an answer to the record of signals, and a server to make a proof.
struct RecordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Time and size of proofs of a large record."
    )

    @Option(help: "Entries of the record.")
    var entries: Int64 = 1_000_000

    @Option(help: "Proofs that are made and checked.")
    var proofs = 2_000

    func validate() throws {
        guard entries >= 2, proofs > 0 else { throw ValidationError("--entries takes 2 or more, --proofs 1 or more.") }
    }

    func run() async throws {
        let tree = MerkleTree((0..<entries).lazy.map { MerkleHash.leaf(Data(Self.text($0).utf8)) })
        let key = Curve25519.Signing.PrivateKey()
        let signer = CheckpointKey(key)
        var follower = try RecordFollower(
            key: SignalLogKeyView(
                keyId: signer.id,
                algorithm: "Ed25519",
                publicKey: key.publicKey.rawRepresentation.base64EncodedString()
            )
        )
        try follower.believe(checkpoint(of: tree, size: entries / 2, signer), growth: nil)
        let before = follower
        let last = try checkpoint(of: tree, size: entries, signer)
        let growth = try consistency(in: tree, from: entries / 2)
        let follow = try measure { _ in
            follower = before
            try follower.believe(last, growth: growth)
        }
        Report.write("record: a checkpoint and its growth, checked", follow * 1e3, "ms")

        let indices = (0..<proofs).map { Int64($0) * 7_919 % entries }
        var views: [SignalInclusionView] = []
        let making = try measure { views.append(try inclusion(in: tree, of: indices[$0])) }
        Report.write("record: a proof, made", making * 1e6, "µs")
        let signals = indices.map { Self.view($0) }
        let checking = try measure { try follower.check(signals[$0], publication: views[$0]) }
        Report.write("record: a signal and its proof, checked", checking * 1e3, "ms")
        Report.write("record: hashes of the longest proof", Double(views.map(\.proof.count).max() ?? 0), "")
        let sizes = try views.map { try JSONEncoder().encode($0.proof).count }
        Report.write("record: the longest proof, as JSON", Double(sizes.max() ?? 0), "bytes")
        let answers = try views.map { try JSONEncoder().encode($0).count }
        Report.write("record: the longest answer, with the entry", Double(answers.max() ?? 0), "bytes")
    }

    /// Seconds of CPU of each of as many as there are proofs.
    private func measure(_ work: (Int) throws -> Void) rethrows -> Double {
        let start = ProcessorTime.ofThread
        for index in 0..<proofs { try work(index) }
        return (ProcessorTime.ofThread - start) / Double(proofs)
    }

    private func checkpoint(
        of tree: MerkleTree,
        size: Int64,
        _ signer: CheckpointKey
    ) throws -> SignalCheckpointView {
        guard let root = tree.root(ofSize: size) else { throw ValidationError("no such size") }
        let time: Int64 = 1_704_067_200_000 + size
        let signed = try signer.sign(
            Checkpoint(origin: "tradepulse/signals", size: size, root: root, signedAt: time)
        )
        return SignalCheckpointView(
            origin: signed.checkpoint.origin,
            size: size,
            rootHash: root.hex,
            signedAt: Self.instant(time),
            keyId: signed.keyID,
            signature: signed.signature.base64EncodedString()
        )
    }

    private func consistency(in tree: MerkleTree, from first: Int64) throws -> SignalConsistencyView {
        guard let proof = tree.consistencyProof(from: first, to: entries), let from = tree.root(ofSize: first),
            let to = tree.root(ofSize: entries)
        else { throw ValidationError("no such proof") }
        return SignalConsistencyView(
            from: first,
            fromRootHash: from.hex,
            to: entries,
            toRootHash: to.hex,
            proof: proof.map(\.hex)
        )
    }

    private func inclusion(in tree: MerkleTree, of index: Int64) throws -> SignalInclusionView {
        guard let proof = tree.inclusionProof(ofLeaf: index, inSize: entries), let leaf = tree.leaf(index),
            let root = tree.root(ofSize: entries)
        else { throw ValidationError("no such proof") }
        return SignalInclusionView(
            entry: "publication",
            leafIndex: index,
            leafHash: leaf.hex,
            content: Self.text(index),
            size: entries,
            rootHash: root.hex,
            proof: proof.map(\.hex)
        )
    }

    private static func instant(_ milliseconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(milliseconds) / 1000)
            .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    private static let codes = [
        "momentum", "trend", "relative_strength", "market", "leader", "price_position", "volume", "volatility",
        "season", "candle",
    ]

    private static func id(_ number: Int64) -> String {
        let digits = String(number)
        return "00000000-0000-8000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    }

    /// A signal as it is recorded, with as many reasons as one can have.
    private static func text(_ number: Int64) -> String {
        """
        {"baseRate":47,"confidence":53,"createdAt":1704070800000,"direction":"buy","entryPrice":"64000.5",\
        "exchange":"binance","expiresAt":1704157200000,"feeMillionths":1000,"id":"\(id(number))","kind":"publication",\
        "minTier":"free","paper":false,"slippageMillionths":200,"stopLoss":"63000.25","strategy":"relative_strength",\
        "strategyVersion":1,"symbol":"BTCUSDT-PERP","takeProfits":["65000.75","66001","67001.25"],"timeframe":"1h",\
        "triggers":[\(triggers)]}
        """
    }

    private static let triggers = codes.map { "\"\($0):120\"" }.joined(separator: ",")

    /// The same as it is shown.
    private static func view(_ number: Int64) -> SignalView {
        SignalView(
            id: id(number),
            symbol: "BTCUSDT-PERP",
            exchange: "binance",
            direction: "buy",
            entryPrice: "64000.5",
            stopLoss: "63000.25",
            takeProfit1: "65000.75",
            takeProfit2: "66001",
            takeProfit3: "67001.25",
            aiConfidence: 53,
            baseRate: 47,
            aiTriggers: codes.map { SignalTriggerView(code: $0, label: $0, weight: 1.2) },
            strategy: SignalStrategyView(name: "relative_strength", version: 1),
            paper: false,
            timeframe: "1h",
            status: "active",
            outcome: nil,
            cancellation: nil,
            resultPnl: nil,
            minTier: "free",
            createdAt: instant(1_704_070_800_000),
            expiresAt: instant(1_704_157_200_000),
            closedAt: nil,
            proof: nil
        )
    }
}
