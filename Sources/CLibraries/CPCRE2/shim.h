#pragma once
// The functions of pcre2.h are macros that paste the width of a code unit to their names; bytes (UTF-8) are what Bailey matches.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
