//! Text to tokens, as the scanner of go-yaml v2 does it (`scannerc.go`): indentation, simple keys, and
//! which character begins what.

use std::collections::VecDeque;

use super::cursor::Cursor;
use super::token::{Kind, Refused, Token};

/// A scalar, alias, tag or collection that is a key if a `:` follows.
#[derive(Debug, Clone, Copy, Default)]
struct SimpleKey {
    possible: bool,
    /// Nothing else can stand there.
    required: bool,
    token: usize,
    at: usize,
    line: usize,
    column: usize,
}

/// Most characters between the start of a simple key and its `:`.
const SIMPLE_KEY_CHARACTERS: usize = 1024;

/// The tokens of a text, each made when it is asked for.
#[derive(Debug)]
pub(super) struct Scanner<'t> {
    pub(super) cursor: Cursor<'t>,
    tokens: VecDeque<Token<'t>>,
    /// Tokens handed out.
    taken: usize,
    /// Whether the first of `tokens` can be handed out.
    is_ready: bool,
    /// Column of the block collection at hand, -1 outside of any.
    pub(super) indent: isize,
    indents: Vec<isize>,
    pub(super) flow_level: usize,
    /// One for each flow level.
    keys: Vec<SimpleKey>,
    pub(super) key_allowed: bool,
    /// Whether a character that no reader takes follows the text.
    is_cut: bool,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(cursor: Cursor<'t>, is_cut: bool) -> Self {
        Self {
            cursor,
            tokens: VecDeque::new(),
            taken: 0,
            is_ready: false,
            indent: -1,
            indents: Vec::new(),
            flow_level: 0,
            keys: vec![SimpleKey::default()],
            key_allowed: true,
            is_cut,
        }
    }

    /// The next token.
    pub(super) fn peek(&mut self) -> Result<&Token<'t>, Refused> {
        if !self.is_ready {
            while self.needs_more()? {
                self.fetch()?;
            }
            self.is_ready = true;
        }
        self.tokens.front().ok_or(Refused)
    }

    /// Takes the next token.
    pub(super) fn take(&mut self) -> Result<Token<'t>, Refused> {
        self.peek()?;
        self.is_ready = false;
        self.taken += 1;
        self.tokens.pop_front().ok_or(Refused)
    }

    /// Whether the first token may still turn out to be a key, in front of which others belong.
    fn needs_more(&mut self) -> Result<bool, Refused> {
        if self.tokens.is_empty() {
            return Ok(true);
        }
        let taken = self.taken;
        let first = (self.keys.iter()).position(|key| key.possible && key.token == taken);
        first.map_or(Ok(false), |level| self.is_key_valid(level))
    }

    fn fetch(&mut self) -> Result<(), Refused> {
        self.skip_to_token();
        self.unroll(self.cursor.column as isize);
        let cursor = &self.cursor;
        if cursor.is_end() {
            return self.stream_end();
        }
        if cursor.column == 0 && cursor.byte(0) == b'%' {
            self.begin_line_token()?;
            let token = self.directive()?;
            return self.push(token);
        }
        if cursor.is_marker(*b"---") {
            return self.marker(Kind::DocumentStart);
        }
        if cursor.is_marker(*b"...") {
            return self.marker(Kind::DocumentEnd);
        }
        self.fetch_by_character()
    }

    fn fetch_by_character(&mut self) -> Result<(), Refused> {
        let cursor = &self.cursor;
        let flow = self.flow_level > 0;
        let separate = cursor.is_space_or_end(1);
        match cursor.byte(0) {
            b'[' => self.flow_start(Kind::FlowSequenceStart),
            b'{' => self.flow_start(Kind::FlowMappingStart),
            b']' => self.flow_end(Kind::FlowSequenceEnd),
            b'}' => self.flow_end(Kind::FlowMappingEnd),
            b',' => {
                self.remove_key()?;
                self.key_allowed = true;
                self.indicator(Kind::FlowEntry)
            }
            b'-' if separate => self.block_entry(),
            b'?' if flow || separate => self.key(),
            b':' if flow || separate => self.value(),
            b'*' | b'&' => {
                self.save_key()?;
                self.key_allowed = false;
                let token = self.name()?;
                self.push(token)
            }
            b'!' => {
                self.save_key()?;
                self.key_allowed = false;
                let token = self.tag()?;
                self.push(token)
            }
            b'|' | b'>' if !flow => {
                self.remove_key()?;
                self.key_allowed = true;
                let token = self.block_scalar()?;
                self.push(token)
            }
            b'\'' | b'"' => {
                self.save_key()?;
                self.key_allowed = false;
                let token = self.quoted()?;
                self.push(token)
            }
            b'\t' | b'#' | b'|' | b'>' | b'%' | b'@' | b'`' => Err(Refused),
            _ => {
                self.save_key()?;
                self.key_allowed = false;
                let token = self.plain()?;
                self.push(token)
            }
        }
    }

    fn push(&mut self, token: Token<'t>) -> Result<(), Refused> {
        self.tokens.push_back(token);
        Ok(())
    }

    /// Takes one character as a token.
    fn indicator(&mut self, kind: Kind<'t>) -> Result<(), Refused> {
        let start = self.cursor.at;
        self.cursor.skip();
        let end = self.cursor.at;
        self.push(Token { kind, start, end })
    }

    fn stream_end(&mut self) -> Result<(), Refused> {
        if self.is_cut {
            return Err(Refused);
        }
        if self.cursor.column != 0 {
            self.cursor.column = 0;
            self.cursor.line += 1;
        }
        self.begin_line_token()?;
        let at = self.cursor.at;
        self.push(Token {
            kind: Kind::StreamEnd,
            start: at,
            end: at,
        })
    }

    /// Ends every block, before a token that stands outside of all.
    fn begin_line_token(&mut self) -> Result<(), Refused> {
        self.unroll(-1);
        self.remove_key()?;
        self.key_allowed = false;
        Ok(())
    }

    fn marker(&mut self, kind: Kind<'t>) -> Result<(), Refused> {
        self.begin_line_token()?;
        let start = self.cursor.at;
        self.cursor.skip_text(3);
        let end = self.cursor.at;
        self.push(Token { kind, start, end })
    }

    fn flow_start(&mut self, kind: Kind<'t>) -> Result<(), Refused> {
        self.save_key()?;
        self.keys.push(SimpleKey::default());
        self.flow_level += 1;
        self.key_allowed = true;
        self.indicator(kind)
    }

    fn flow_end(&mut self, kind: Kind<'t>) -> Result<(), Refused> {
        self.remove_key()?;
        if self.flow_level > 0 {
            self.flow_level -= 1;
            self.keys.pop();
        }
        self.key_allowed = false;
        self.indicator(kind)
    }

    fn block_entry(&mut self) -> Result<(), Refused> {
        if self.flow_level == 0 {
            self.may_begin_entry()?;
            self.roll_here(Kind::BlockSequenceStart);
        }
        self.remove_key()?;
        self.key_allowed = true;
        self.indicator(Kind::BlockEntry)
    }

    fn key(&mut self) -> Result<(), Refused> {
        if self.flow_level == 0 {
            self.may_begin_entry()?;
            self.roll_here(Kind::BlockMappingStart);
        }
        self.remove_key()?;
        self.key_allowed = self.flow_level == 0;
        self.indicator(Kind::Key)
    }

    fn value(&mut self) -> Result<(), Refused> {
        let level = self.keys.len() - 1;
        if self.is_key_valid(level)? {
            let key = self.keys[level];
            self.keys[level].possible = false;
            let at = key.token.checked_sub(self.taken).ok_or(Refused)?;
            let token = |kind| Token {
                kind,
                start: key.at,
                end: key.at,
            };
            self.tokens.insert(at, token(Kind::Key));
            self.roll(key.column as isize, at, token(Kind::BlockMappingStart));
            self.key_allowed = false;
        } else {
            if self.flow_level == 0 {
                self.may_begin_entry()?;
                self.roll_here(Kind::BlockMappingStart);
            }
            self.key_allowed = self.flow_level == 0;
        }
        self.indicator(Kind::Value)
    }

    const fn may_begin_entry(&self) -> Result<(), Refused> {
        if self.key_allowed {
            Ok(())
        } else {
            Err(Refused)
        }
    }

    /// Begins a block collection at the cursor, when that is deeper than the one at hand.
    fn roll_here(&mut self, kind: Kind<'t>) {
        let at = self.cursor.at;
        let token = Token {
            kind,
            start: at,
            end: at,
        };
        self.roll(self.cursor.column as isize, self.tokens.len(), token);
    }

    /// Begins a block collection with `token`, `at` in the queue.
    fn roll(&mut self, column: isize, at: usize, token: Token<'t>) {
        if self.flow_level == 0 && self.indent < column {
            self.indents.push(self.indent);
            self.indent = column;
            self.tokens.insert(at, token);
        }
    }

    /// Ends the block collections that are deeper than `column`.
    fn unroll(&mut self, column: isize) {
        while self.flow_level == 0 && self.indent > column {
            let at = self.cursor.at;
            self.tokens.push_back(Token {
                kind: Kind::BlockEnd,
                start: at,
                end: at,
            });
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    fn is_key_valid(&mut self, level: usize) -> Result<bool, Refused> {
        let key = self.keys[level];
        let is_past =
            key.line < self.cursor.line || key.column + SIMPLE_KEY_CHARACTERS < self.cursor.column;
        if key.possible && is_past {
            if key.required {
                return Err(Refused);
            }
            self.keys[level].possible = false;
        }
        Ok(key.possible && !is_past)
    }

    /// Remembers that a key may begin at the cursor.
    fn save_key(&mut self) -> Result<(), Refused> {
        if !self.key_allowed {
            return Ok(());
        }
        self.remove_key()?;
        let cursor = &self.cursor;
        let key = SimpleKey {
            possible: true,
            required: self.flow_level == 0 && self.indent == cursor.column as isize,
            token: self.taken + self.tokens.len(),
            at: cursor.at,
            line: cursor.line,
            column: cursor.column,
        };
        if let Some(last) = self.keys.last_mut() {
            *last = key;
        }
        Ok(())
    }

    fn remove_key(&mut self) -> Result<(), Refused> {
        match self.keys.last_mut() {
            Some(key) if key.possible && key.required => Err(Refused),
            Some(key) => {
                key.possible = false;
                Ok(())
            }
            None => Err(Refused),
        }
    }

    /// Over white space and comments. A comment needs no blank before it.
    fn skip_to_token(&mut self) {
        loop {
            let cursor = &mut self.cursor;
            let takes_tabs = self.flow_level > 0 || !self.key_allowed;
            while cursor.byte(0) == b' ' || takes_tabs && cursor.byte(0) == b'\t' {
                cursor.skip();
            }
            cursor.skip_comment();
            if !cursor.is_break() {
                return;
            }
            cursor.skip_line();
            if self.flow_level == 0 {
                self.key_allowed = true;
            }
        }
    }
}
