#ifndef CSIMDJSON_H
#define CSIMDJSON_H

// JSON over Debian's libsimdjson (3.0.1) for the feeds' hot path: one call parses, one call finds the wanted fields of
// an object. Whatever the bytes are, a call answers with a code or a value; nothing throws and nothing traps.
//
// simdjson validates the whole document (UTF-8 included) before anybody reads a field, and its passes are dispatched to
// the CPU's vector instructions at run time; its on-demand reader compiles for the baseline CPU and leaves what nobody
// reads unchecked.

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
    SJ_NULL = 1,
    /// `bits` is 0 or 1.
    SJ_BOOL = 2,
    /// `bits` is the two's complement of an integer within int64.
    SJ_INTEGER = 3,
    /// `bits` is an integer above int64.
    SJ_UNSIGNED = 4,
    /// `bits` is the pattern of a double.
    SJ_DOUBLE = 5,
    /// `text` and `bits` are the unescaped bytes and their count.
    SJ_STRING = 6,
    /// `count` elements follow, which take the next `bits` values.
    SJ_ARRAY = 7,
    /// `count` fields follow, which take the next `bits` values: each a string with the name, and behind it the value.
    SJ_OBJECT = 8,
} sj_type;

/// One value of a parsed document, which is an array of them in the order of the text: what is inside an array or an
/// object follows it. Valid until its parser parses again or is destroyed.
typedef struct sj_value {
    const uint8_t *text;
    uint64_t bits;
    sj_type type;
    uint32_t count;
} sj_value;

/// The most field names that one set holds.
#define SJ_MAXIMUM_KEYS 64

/// Makes a parser for documents of at most `maximum_bytes` bytes and `maximum_depth` levels; NULL without memory.
///
/// Its buffers grow with the largest document seen, to about 15 bytes per byte of it and 24 per value, and stay for the
/// next one.
sj_parser *sj_parser_create(size_t maximum_bytes, size_t maximum_depth);
void sj_parser_destroy(sj_parser *parser);

/// Parses a whole document. The bytes are copied and may go away; values of the document before become invalid.
sj_error sj_parse(sj_parser *parser, const void *bytes, size_t count, const sj_value **root);

/// The same by simdjson alone, as `sj_parse` does with what is rare, for tests and measurements of that; nothing is read
/// out of what simdjson has parsed when `root` is NULL.
sj_error sj_parse_by_simdjson(sj_parser *parser, const void *bytes, size_t count, const sj_value **root);

/// Compiles the names, slot i for name i; NULL without memory or with more than SJ_MAXIMUM_KEYS names.
sj_keys *sj_keys_create(const char *const *names, size_t count);
void sj_keys_destroy(sj_keys *keys);

/// Fills one slot per name with the object's field of that name, or NULL; the first wins when a name occurs twice.
///
/// A value that is not an object, and none at all, leave every slot NULL.
void sj_fields(const sj_value *object, const sj_keys *keys, const sj_value **slots);

#ifdef __cplusplus
}
#endif

#endif
