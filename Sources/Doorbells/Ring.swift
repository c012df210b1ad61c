/// What may be worth a look, now that it is committed.
package enum Ring: Hashable, Sendable {
    /// A numbered channel has grown up to a number at least.
    case channel(name: String, sequence: Int64)
    /// Somebody may not do any more what they could, or may now.
    case standing
    /// Nobody knows what was missed.
    case anything
}
