//! promql-parser behind a C ABI, so that its host needs no generated glue.
//!
//! The host writes UTF-8 into `input_buffer(len)`, calls one of the functions below, and reads the
//! answer's text, if there is one, at `output_pointer()`. Nothing but the compiled regular
//! expressions is kept between two calls.

use std::cell::RefCell;

use promql_parser::label::{MatchOp, Matcher};
use promql_parser::parser::{parse, token::T_EQL_REGEX};

thread_local! {
    static INPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static OUTPUT: RefCell<String> = const { RefCell::new(String::new()) };
    static REGEXES: RefCell<Vec<Matcher>> = const { RefCell::new(Vec::new()) };
}

/// Room for `len` bytes of input; valid until the next call of `input_buffer`.
#[unsafe(no_mangle)]
pub extern "C" fn input_buffer(len: usize) -> *mut u8 {
    INPUT.with_borrow_mut(|input| {
        input.clear();
        input.resize(len, 0);
        input.as_mut_ptr()
    })
}

/// Where the text of the last verdict begins.
#[unsafe(no_mangle)]
pub extern "C" fn output_pointer() -> *const u8 {
    OUTPUT.with_borrow(|output| output.as_ptr())
}

/// Parses the input as PromQL. The output is the name of the expression's type, or why it is
/// rejected; the result is the output's length in bytes, negated for a rejection.
#[unsafe(no_mangle)]
pub extern "C" fn check() -> isize {
    let verdict = with_input(|text| parse(text).map(|expr| expr.value_type().to_string()));
    match verdict {
        Ok(value_type) => answer(value_type),
        Err(reason) => -answer(reason),
    }
}

/// Compiles the input as the regular expression of a matcher: anchored at both ends, in linear time.
/// The result is its number for the functions below, or -1 when it does not compile.
#[unsafe(no_mangle)]
pub extern "C" fn compile_regex() -> isize {
    let matcher = with_input(|text| Matcher::new_matcher(T_EQL_REGEX, String::new(), text.to_string()));
    match matcher {
        Ok(matcher) => REGEXES.with_borrow_mut(|regexes| {
            regexes.push(matcher);
            regexes.len() as isize - 1
        }),
        Err(_) => -1,
    }
}

/// Whether the whole input matches the regular expression of that number.
#[unsafe(no_mangle)]
pub extern "C" fn matches_regex(number: usize) -> bool {
    with_input(|text| REGEXES.with_borrow(|regexes| Ok(regexes[number].is_match(text)))) == Ok(true)
}

/// The input is a template and a subject with a zero byte between them. Where the whole subject
/// matches the regular expression of that number, the output is the template with the groups put in
/// for `$1` or `${1}`, and the result its length in bytes; where not, the result is -1.
#[unsafe(no_mangle)]
pub extern "C" fn expand_regex(number: usize) -> isize {
    let expanded = with_input(|text| {
        let (template, subject) = text.split_once('\0').ok_or("no subject")?;
        REGEXES.with_borrow(|regexes| match &regexes[number].op {
            MatchOp::Re(regex) => {
                let groups = regex.captures(subject).ok_or("no match")?;
                let mut result = String::new();
                groups.expand(template, &mut result);
                Ok(result)
            }
            _ => Err("not a regular expression".to_string()),
        })
    });
    expanded.map_or(-1, answer)
}

fn with_input<R>(work: impl FnOnce(&str) -> Result<R, String>) -> Result<R, String> {
    INPUT.with_borrow(|input| match std::str::from_utf8(input) {
        Ok(text) => work(text),
        Err(_) => Err("the input is not UTF-8".to_string()),
    })
}

fn answer(text: String) -> isize {
    let length = text.len() as isize;
    OUTPUT.set(text);
    length
}
