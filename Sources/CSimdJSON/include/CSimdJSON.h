#ifndef CSIMDJSON_H
#define CSIMDJSON_H

// JSON over Debian's libsimdjson (3.0.1) for the feeds' hot path: one call parses, one call takes the wanted fields of
// an object. Whatever the bytes are, a call answers with a code or a value; nothing throws and nothing traps.
//
// The DOM of simdjson is used and not its on-demand reader: it validates the whole document (UTF-8 included) before
// anybody reads a field, and only its stages are dispatched to the CPU's vector instructions at run time; on-demand
// compiles for the baseline CPU and leaves what nobody reads unchecked.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A parser with its reusable buffers. One thread at a time.
typedef struct sj_parser sj_parser;

/// A compiled set of field names. Immutable, so any number of threads may share it.
typedef struct sj_keys sj_keys;

typedef enum {
    SJ_OK = 0,
    /// More bytes than the parser was made for.
    SJ_TOO_LARGE = 1,
    /// More nested arrays and objects than the parser was made for.
    SJ_TOO_DEEP = 2,
    /// Not JSON, or not UTF-8, or a number that no 64-bit integer or double holds.
    SJ_MALFORMED = 3,
    SJ_OUT_OF_MEMORY = 4,
} sj_error;

typedef enum {
    /// The object has no such field.
    SJ_ABSENT = 0,
    SJ_NULL = 1,
    /// `bits` is 0 or 1.
    SJ_BOOL = 2,
    /// `bits` is the two's complement of an integer within int64.
    SJ_INTEGER = 3,
    /// `bits` is an integer above int64.
    SJ_UNSIGNED = 4,
    /// `bits` is the pattern of a double.
    SJ_DOUBLE = 5,
    /// `pointer` and `bits` are the unescaped bytes and their count.
    SJ_STRING = 6,
    SJ_ARRAY = 7,
    SJ_OBJECT = 8,
} sj_type;

/// One value of the parsed document. Valid until its parser parses again or is destroyed.
typedef struct {
    const void *pointer;
    uint64_t bits;
    sj_type type;
} sj_value;

/// A place in an array. Valid as long as its array.
typedef struct {
    const void *document;
    uint64_t position;
    uint64_t end;
} sj_cursor;

/// The most field names that one set holds.
#define SJ_MAXIMUM_KEYS 64

/// Makes a parser for documents of at most `maximum_bytes` bytes and `maximum_depth` levels; NULL without memory.
///
/// Its buffers grow with the largest document seen, to about 15 bytes per byte of it, and stay for the next one.
sj_parser *sj_parser_create(size_t maximum_bytes, size_t maximum_depth);
void sj_parser_destroy(sj_parser *parser);

/// Parses a whole document. The bytes are copied and may go away; values of the document before become invalid.
sj_error sj_parse(sj_parser *parser, const void *bytes, size_t count, sj_value *root);

/// Compiles the names, slot i for name i; NULL without memory or with more than SJ_MAXIMUM_KEYS names.
sj_keys *sj_keys_create(const char *const *names, size_t count);
void sj_keys_destroy(sj_keys *keys);

/// Fills one slot per name with the object's field of that name; the first wins when a name occurs twice.
///
/// A value that is not an object leaves every slot absent.
void sj_fields(const sj_value *object, const sj_keys *keys, sj_value *slots);

/// Fills up to `capacity` slots with an array's first elements, and returns how many were filled.
///
/// A value that is not an array fills none.
size_t sj_elements(const sj_value *array, sj_value *slots, size_t capacity);

/// How many elements an array has, at most 16,777,215; a value that is not an array has none.
size_t sj_count(const sj_value *array);

/// Starts at an array's first element; a value that is not an array has none.
sj_cursor sj_array_start(const sj_value *array);

/// Gives the element at the cursor and moves on; false at the end.
bool sj_array_next(sj_cursor *cursor, sj_value *element);

/// Takes rows of an array of arrays: `columns` slots for each are filled with its first elements.
///
/// Returns how many rows were taken, and leaves the cursor behind them: fewer than `rows` at the end, and before an
/// element that is not an array of so many.
size_t sj_rows(sj_cursor *cursor, size_t columns, sj_value *slots, size_t rows);

#ifdef __cplusplus
}
#endif

#endif
