import HTTPAPI
import Postgres

extension PostgresError: ServiceUnavailable {
    package var retryAfterSeconds: Int? { isUnavailable ? 1 : nil }
}
