/// An error answer: RFC 9457 `application/problem+json`.
public struct ProblemDetails: Codable, Hashable, Sendable {
    /// A stable address naming the kind of problem: `urn:tradepulse:problem:<code>`.
    public var type: String
    /// The status code's own phrase.
    public var title: String
    /// The HTTP status.
    public var status: Int
    /// One of ``APIErrorCode``; unknown to an older client it is still text.
    public var code: String
    /// A sentence for people, free of internals.
    public var detail: String
    /// The `X-Request-Id` of the answer.
    public var requestId: String
    /// The wrong fields, every one of them at once.
    public var errors: [FieldProblem]?
    /// With the code `tier_required`, where one tier opens it: the lowest that does.
    public var requiredTier: String?

    /// Creates a problem document from all of its members.
    public init(
        type: String,
        title: String,
        status: Int,
        code: String,
        detail: String,
        requestId: String,
        errors: [FieldProblem]? = nil,
        requiredTier: String? = nil
    ) {
        self.type = type
        self.title = title
        self.status = status
        self.code = code
        self.detail = detail
        self.requestId = requestId
        self.errors = errors
        self.requiredTier = requiredTier
    }
}

/// One wrong field of a request.
public struct FieldProblem: Codable, Hashable, Sendable {
    /// The field's path in the body or the name of the query parameter.
    public var field: String
    /// One of ``FieldErrorCode``.
    public var code: String
    /// A sentence for people.
    public var message: String

    /// Creates a field problem.
    public init(field: String, code: FieldErrorCode, message: String) {
        self.field = field
        self.code = code.rawValue
        self.message = message
    }
}
