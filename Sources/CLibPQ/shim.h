#ifndef CLIBPQ_SHIM_H
#define CLIBPQ_SHIM_H

#include <libpq-fe.h>

/* The field codes of an error report: character macros, which Swift does not import. */
enum {
    DiagnosticSeverity = PG_DIAG_SEVERITY_NONLOCALIZED,
    DiagnosticSQLState = PG_DIAG_SQLSTATE,
    DiagnosticMessage = PG_DIAG_MESSAGE_PRIMARY,
    DiagnosticDetail = PG_DIAG_MESSAGE_DETAIL,
    DiagnosticHint = PG_DIAG_MESSAGE_HINT,
    DiagnosticPosition = PG_DIAG_STATEMENT_POSITION,
    DiagnosticSchema = PG_DIAG_SCHEMA_NAME,
    DiagnosticTable = PG_DIAG_TABLE_NAME,
    DiagnosticColumn = PG_DIAG_COLUMN_NAME,
    DiagnosticConstraint = PG_DIAG_CONSTRAINT_NAME,
    DiagnosticFunction = PG_DIAG_SOURCE_FUNCTION,
};

#endif
