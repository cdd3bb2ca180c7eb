using Xunit;

namespace Agentic.Inference.Tests.Constraints.Gbnf;

/// <summary>Grammars of the kinds that llama.cpp is shipped with, written anew, with texts that are words of them and texts that are not.</summary>
internal static class Samples
{
    private const string Json = """"
        root   ::= object
        value  ::= object | array | string | number | ("true" | "false" | "null") ws

        object ::=
          "{" ws (
            string ":" ws value
            ("," ws string ":" ws value)*
          )? "}" ws

        array  ::=
          "[" ws (
            value
            ("," ws value)*
          )? "]" ws

        string ::=
          "\"" (
            [^"\\\x7F\x00-\x1F] |
            "\\" (["\\bfnrt] | "u" [0-9a-fA-F]{4}) # escapes
          )* "\"" ws

        number ::= ("-"? ([0-9] | [1-9] [0-9]{0,15})) ("." [0-9]+)? ([eE] [-+]? [0-9] [1-9]{0,15})? ws

        # optional space
        ws ::= | " " | "\n" [ \t]{0,20}
        """";

    private const string Arithmetic = """
        root  ::= (expr "=" ws term "\n")+
        expr  ::= term ([-+*/] term)*
        term  ::= ident | num | "(" ws expr ")" ws
        ident ::= [a-z] [a-z0-9_]* ws
        num   ::= [0-9]+ ws
        ws    ::= [ \t\n]*
        """;

    private const string List = """
        root ::= item+

        # Excludes various line break characters
        item ::= "- " [^\r\n\x0b\x0c\x85\u2028\u2029]+ "\n"
        """;

    private const string Chess = """
        root ::= (
            # it must start with the characters "1. " followed by a sequence of moves
            "1. " move " " move "\n"
            ([1-9] [0-9]? ". " move " " move "\n")+
        )
        # castling, pawns and pieces
        move ::= (pawn | nonpawn | castle) [+#]?
        nonpawn ::= [NBKQR] [a-h]? [1-8]? "x"? [a-h] [1-8]
        pawn ::= ([a-h] "x")? [a-h] [1-8] ("=" [NBKQR])?
        castle ::= "O-O" "-O"?
        """;

    private const string C = """
        root ::= (declaration)*
        declaration ::= dataType identifier "(" parameter? ")" "{" statement* "}"
        dataType  ::= "int" ws | "float" ws | "char" ws
        identifier ::= [a-zA-Z_] [a-zA-Z_0-9]*
        parameter ::= dataType identifier
        statement ::=
            ( dataType identifier ws "=" ws expression ";" ) |
            ( identifier ws "=" ws expression ";" ) |
            ( "return" ws expression ";" ) |
            ( "while" "(" condition ")" "{" statement* "}" ) |
            ( singleLineComment )
        condition ::= expression relationOperator expression
        relationOperator ::= ("<=" | "<" | "==" | "!=" | ">=" | ">")
        expression ::= term (("+" | "-") term)*
        term ::= factor(("*" | "/") factor)*
        factor ::= identifier | number | "(" expression ")"
        number ::= [0-9]+
        singleLineComment ::= "//" [^\n]* "\n"
        ws ::= ([ \t\n]+)
        """;

    private const string Japanese = """
        # a mix of hiragana and kanji
        root   ::= jp-char+ ([ \t\n] jp-char+)*
        jp-char ::= hiragana | cjk | [\U0001F600-\U0001F64F]
        hiragana ::= [ぁ-ゟ]
        cjk ::= [一-鿿]
        """;

    private const string LeftRecursive = """
        root ::= sum
        sum ::= sum "+" product
          | product
        product ::= product "*" [0-9] | [0-9]
        """;

    public static TheoryData<string, string, string, bool> Words => new()
    {
        { "json", Json, "{\"a\": [1, -2.5e+3, {}], \"ü\\u00e9\\n\": \"\"}", true },
        { "json", Json, "{\"a\": [1,]}", false },
        { "json", Json, "{\"a\": \"\t\"}", false },
        { "arithmetic", Arithmetic, "(a+12) *b1= 7\nx=y\n", true },
        { "arithmetic", Arithmetic, "a+=b\n", false },
        { "list", List, "- é, x\n- -\n", true },
        { "list", List, "- a\u2028\n", false },
        { "list", List, "-a\n", false },
        { "chess", Chess, "1. e4 e5\n2. Nf3 Nc6\n10. O-O-O exd8=Q#\n", true },
        { "chess", Chess, "1. e4 e5\n", false },
        { "chess", Chess, "1. e9 e5\n2. a1 a2\n", false },
        { "c", C, "int main(){return 1+(x*2);}float f(int y){// no\nwhile(y<3){y = y+1;}}", true },
        { "c", C, "int main(){return 1}", false },
        { "japanese", Japanese, "こんにちは 世界😀", true },
        { "japanese", Japanese, "abc", false },
        { "left recursion", LeftRecursive, "1+2*3*4+5", true },
        { "left recursion", LeftRecursive, "1+*3", false },
    };
}
