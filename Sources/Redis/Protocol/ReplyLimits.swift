/// What an answer may be like at most; another one ends the connection.
///
/// hiredis itself takes strings and arrays of any length, and arrays within arrays up to seven deep.
package struct ReplyLimits: Hashable, Sendable {
    /// Bytes of one answer.
    package var bytes = 64 << 20
    /// Bytes of a line without a length in front: a status, a refusal, a number.
    package var lineBytes = 64 << 10
    /// Elements of one answer, all arrays together.
    package var elements = 1 << 20

    package init() {}
}
