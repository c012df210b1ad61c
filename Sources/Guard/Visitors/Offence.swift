/// Something that people and their apps do not do, and that people with bad intentions do all day.
package enum Offence: String, CaseIterable, Sendable {
    /// Asked for something that is not here and that only break-ins look for.
    case decoyPath = "decoy_path"
    /// Filled in a field that no form shows.
    case decoyField = "decoy_field"
    /// Came with a program made for attacks.
    case attackTool = "attack_tool"
    /// Put an attack where the program's name belongs.
    case hostileAgent = "hostile_agent"

    /// How much it tells of its visitor; ``VisitorBook/threshold`` is too much.
    package var points: Int {
        switch self {
        case .decoyPath: 35
        case .decoyField: 50
        case .attackTool: 35
        case .hostileAgent: 35
        }
    }
}
