using System.Buffers;
using System.Collections.Frozen;
using System.Text;

namespace Agentic.Inference.Tokenization;

/// <summary>
/// Turns text into a model's tokens and back. Immutable and thread-safe after construction; ids are 0 to
/// <see cref="VocabularySize"/> - 1.
/// </summary>
/// <remarks>
/// <para>Text is UTF-16. A surrogate without its other half is encoded as U+FFFD.</para>
/// <para>
/// Special tokens (control, unknown, user-defined) are recognised in text only where the caller says that the text is
/// trusted; a document can never forge the end of a turn. The one exception are user-defined runs of white space, which
/// are ordinary text that a vocabulary holds whole.
/// </para>
/// </remarks>
public abstract partial class Tokenizer
{
    private readonly TokenTable _tokens;
    private readonly SpecialTokenTrie _trusted;
    private readonly SpecialTokenTrie? _always;
    private readonly FrozenSet<int> _ends;

    private protected Tokenizer(TokenizerTraits traits)
    {
        _tokens = traits.Tokens;
        Name = traits.Name;
        BosToken = traits.Bos;
        EosToken = traits.Eos;
        AddBos = traits.AddBos && traits.Bos is not null;
        AddEos = traits.AddEos && traits.Eos is not null;
        _ends = EndTokenFinder.Find(_tokens, [traits.Eos, .. traits.OtherEnds]);
        _trusted = new SpecialTokenTrie(_tokens, _tokens.Specials);
        int[] spaces = [.. _tokens.Specials.Where(id => _tokens.Kinds[id] == TokenKind.UserDefined && IsSpace(id))];
        _always = spaces.Length > 0 ? new SpecialTokenTrie(_tokens, spaces) : null;
    }

    /// <summary>The kind of tokenizer and its rules, for example <c>gpt2/smollm</c>.</summary>
    public string Name { get; }

    /// <summary>The number of tokens.</summary>
    public int VocabularySize => _tokens.Count;

    /// <summary>The token that begins a sequence, if the model has one.</summary>
    public int? BosToken { get; }

    /// <summary>The token that ends a sequence, if the model has one.</summary>
    public int? EosToken { get; }

    /// <summary>Whether the model expects <see cref="BosToken"/> before a sequence. No encoding but <see cref="EncodeSequence"/> adds it.</summary>
    public bool AddBos { get; }

    /// <summary>Whether the model expects <see cref="EosToken"/> after a sequence. No encoding but <see cref="EncodeSequence"/> adds it.</summary>
    public bool AddEos { get; }

    /// <summary>Every token after which generation ends: end of sequence, of turn, of message.</summary>
    public IReadOnlySet<int> EndTokens => _ends;

    /// <summary>Appends the tokens of a text to <paramref name="ids"/>, without BOS or EOS.</summary>
    /// <param name="text">Any text, empty too.</param>
    /// <param name="ids">Appended to.</param>
    /// <param name="parseSpecial">True only for trusted text, such as a chat template: special tokens in it are recognised.</param>
    public void Encode(ReadOnlySpan<char> text, List<int> ids, bool parseSpecial = false)
    {
        ArgumentNullException.ThrowIfNull(ids);
        SpecialTokenTrie? specials = parseSpecial ? _trusted : _always;
        bool first = true;
        while (text.Length > 0)
        {
            int id = -1, length = 0;
            int at = specials?.Find(text, out id, out length) ?? -1;
            ReadOnlySpan<char> plain = at < 0 ? text : text[..at];
            if (plain.Length > 0)
            {
                EncodePlain(plain, ids, first);
            }

            if (at < 0)
            {
                break;
            }

            ids.Add(id);
            first = true;
            text = text[(at + length)..];
        }
    }

    /// <summary>The tokens of a text, without BOS or EOS.</summary>
    /// <param name="text">Any text, empty too.</param>
    /// <param name="parseSpecial">True only for trusted text, such as a chat template: special tokens in it are recognised.</param>
    public int[] Encode(string text, bool parseSpecial = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new List<int>((text.Length / 4) + 8);
        Encode(text, ids, parseSpecial);
        return [.. ids];
    }

    /// <summary>The tokens of a whole sequence: BOS and EOS are added where the model expects them.</summary>
    /// <param name="text">Any text, empty too.</param>
    /// <param name="parseSpecial">True only for trusted text.</param>
    public int[] EncodeSequence(string text, bool parseSpecial = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new List<int>((text.Length / 4) + 8);
        if (AddBos)
        {
            ids.Add(BosToken!.Value);
        }

        Encode(text, ids, parseSpecial);
        if (AddEos)
        {
            ids.Add(EosToken!.Value);
        }

        return [.. ids];
    }

    /// <summary>The text of tokens; broken UTF-8 gives one U+FFFD for every maximal invalid part.</summary>
    /// <param name="ids">Tokens of the vocabulary.</param>
    /// <param name="skipSpecial">Leave out what <see cref="IsSpecial"/> says is special.</param>
    /// <exception cref="ArgumentOutOfRangeException">The vocabulary has no such token.</exception>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecial = false)
    {
        int length = 0;
        foreach (int id in ids)
        {
            length = checked(length + TokenBytes(id).Length);
        }

        byte[] bytes = ArrayPool<byte>.Shared.Rent(length);
        length = 0;
        foreach (int id in ids)
        {
            if (!skipSpecial || !IsSpecial(id))
            {
                TokenBytes(id).CopyTo(bytes.AsSpan(length));
                length += TokenBytes(id).Length;
            }
        }

        string text = FinishDecoding(Encoding.UTF8.GetString(bytes, 0, length));
        ArrayPool<byte>.Shared.Return(bytes);
        return text;
    }

    /// <summary>The bytes a token stands for; for a special token the UTF-8 of its name. Not always whole code points.</summary>
    /// <param name="id">A token of the vocabulary.</param>
    /// <exception cref="ArgumentOutOfRangeException">The vocabulary has no such token.</exception>
    public ReadOnlySpan<byte> TokenBytes(int id)
    {
        if ((uint)id >= (uint)_tokens.Count)
        {
            throw new ArgumentOutOfRangeException(nameof(id), id, $"The vocabulary has tokens 0 to {_tokens.Count - 1}.");
        }

        return _tokens.Bytes[id];
    }

    /// <summary>True for control and unknown tokens: marks of the format that are not part of an answer.</summary>
    /// <param name="id">Any number.</param>
    public bool IsSpecial(int id) => (uint)id < (uint)_tokens.Count && _tokens.IsSpecial(id);

    /// <summary>A decoder for a stream of tokens that continues other text: nothing is trimmed at its start.</summary>
    /// <param name="skipSpecial">Leave out what <see cref="IsSpecial"/> says is special.</param>
    /// <param name="shown">Special tokens that are not left out; null = none.</param>
    public StreamingDecoder CreateDecoder(bool skipSpecial, IReadOnlySet<int>? shown = null) => new(this, skipSpecial, shown);

    /// <summary>Encodes text without special tokens; <paramref name="first"/>: nothing or a special token stands before it.</summary>
    private protected abstract void EncodePlain(ReadOnlySpan<char> text, List<int> ids, bool first);

    /// <summary>Undoes what encoding did to the start of a text.</summary>
    private protected virtual string FinishDecoding(string text) => text;

    private bool IsSpace(int id)
    {
        string text = Encoding.UTF8.GetString(_tokens.Bytes[id]);
        return text.Length > 0 && text.All(char.IsWhiteSpace);
    }
}
