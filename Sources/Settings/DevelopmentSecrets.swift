import Foundation

/// Secrets that development makes for itself: once, 256 bits, in files of `DATA_DIR/secrets` that only the owner reads.
package enum DevelopmentSecrets {
    /// Reads the secret of that name, making it the first time.
    ///
    /// - Parameters:
    ///   - name: the setting.
    ///   - dataDirectory: made when missing, as is its folder `secrets`.
    /// - Returns: 64 hexadecimal digits.
    /// - Throws: the file system's error when the folder cannot be written, or ``Unusable``.
    package static func obtain(_ name: SettingName, in dataDirectory: String) throws -> String {
        let folder = URL(fileURLWithPath: dataDirectory).appendingPathComponent("secrets")
        let file = folder.appendingPathComponent(name.rawValue.lowercased())
        if FileManager.default.fileExists(atPath: file.path) {
            let text = try String(contentsOf: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
            guard text.utf8.count >= 32 else { throw Unusable(path: file.path) }
            return text
        }
        try FileManager.default.createDirectory(
            at: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        var generator = SystemRandomNumberGenerator()
        let text = (0..<4).map { _ in hexadecimal(generator.next()) }.joined()
        try write(text, to: file)
        return text
    }

    /// A secret's file was cut short or emptied.
    package struct Unusable: Error, CustomStringConvertible {
        package let path: String
        package var description: String { "\(path) holds less than 32 bytes: remove it to have a new secret made" }
    }

    private static func hexadecimal(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Written under another name with mode 0600 and renamed, so that a crash leaves no half secret.
    private static func write(_ text: String, to file: URL) throws {
        let draft = file.appendingPathExtension("new")
        try? FileManager.default.removeItem(at: draft)
        guard
            FileManager.default.createFile(
                atPath: draft.path,
                contents: Data(text.utf8),
                attributes: [.posixPermissions: 0o600]
            )
        else { throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: draft.path]) }
        guard rename(draft.path, file.path) == 0 else {
            throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: file.path])
        }
    }
}
