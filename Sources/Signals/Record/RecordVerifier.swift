import Foundation
package import MerkleLog

/// Walks along the record and finds the first fault.
///
/// A value: leaves in their order go in, a fault comes out or none. What is computed is computed here, since who can alter
/// rows can alter the database's own functions, too.
package struct RecordVerifier: Sendable {
    private var frontier = MerkleFrontier.empty
    /// Roots by size: checkpoints of the database, and those that are kept elsewhere.
    private let anchors: [Int64: Set<MerkleHash>]
    /// When the record first was known to have a size.
    private let signedAt: [Int64: Int64]
    private var latestSigned = Int64.min

    /// - Parameters:
    ///   - checkpoints: signed ones, whose signatures were looked at.
    ///   - kept: heads from outside of the database.
    package init(checkpoints: [Checkpoint], kept: [RecordHead]) {
        var anchors: [Int64: Set<MerkleHash>] = [:]
        for checkpoint in checkpoints { anchors[checkpoint.size, default: []].insert(checkpoint.root) }
        for head in kept { anchors[head.size, default: []].insert(head.root) }
        self.anchors = anchors
        signedAt = Dictionary(checkpoints.map { ($0.size, $0.signedAt) }, uniquingKeysWith: min)
    }

    /// How far the record is as it was written.
    package var verified: RecordHead { RecordHead(size: frontier.size, root: frontier.root) }

    /// Looks at the next leaf.
    package mutating func check(_ logged: LoggedEntry) -> RecordFault? {
        if let time = signedAt[frontier.size] { latestSigned = max(latestSigned, time) }
        guard logged.index == frontier.size else { return .missing(index: frontier.size) }
        guard logged.leaf == logged.entry.leaf else {
            return .altered(index: logged.index, signal: logged.entry.signalID)
        }
        if logged.entry.kind == .publication, isBackDated(logged.entry) {
            return .backDated(index: logged.index, signal: logged.entry.signalID)
        }
        frontier.append(logged.leaf)
        guard let roots = anchors[frontier.size], roots != [frontier.root] else { return nil }
        return .rewritten(size: frontier.size)
    }

    /// Looks at the end, given the head as the database keeps it.
    package func finish(at head: RecordHead) -> RecordFault? {
        let largest = max(head.size, anchors.keys.max() ?? 0)
        if frontier.size < largest { return .cut(from: frontier.size, size: largest) }
        return head == verified ? nil : .rewritten(size: head.size)
    }

    private func isBackDated(_ entry: RecordEntry) -> Bool {
        struct Dated: Decodable { var createdAt: Int64 }
        guard let dated = try? JSONDecoder().decode(Dated.self, from: Data(entry.text.utf8)) else { return true }
        guard latestSigned > .min else { return false }
        return dated.createdAt < latestSigned - Checkpoint.slackMilliseconds
    }
}
