extension Array where Element: Sendable {
    /// The results of a call for each element, all under way at once, in the order in which they came.
    func concurrently<T: Sendable>(_ call: @escaping @Sendable (Element) async throws -> T) async throws -> [T] {
        try await withThrowingTaskGroup(of: T.self) { group in
            for element in self { group.addTask { try await call(element) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }
}
