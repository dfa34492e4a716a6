//! Tests of the search for hidden characters.

use super::*;

fn names(text: &str) -> String {
    let names: Vec<String> = find(text).iter().map(|one| name(one.character)).collect();
    names.join(" ")
}

#[test]
fn finds_invisible_characters() {
    for (text, found) in [
        ("a\u{e0041}\u{e0042}", "U+E0041 U+E0042"),
        ("a\u{200b}b\u{200c}c\u{200d}d", "U+200B U+200C U+200D"),
        ("a\u{202e}b\u{2066}c\u{200f}", "U+202E U+2066 U+200F"),
        ("a\u{fe0f}b\u{fe00}\u{e0100}", "U+FE0F U+FE00 U+E0100"),
        (
            "\u{feff}\u{ad}\u{34f}\u{61c}",
            "U+FEFF U+00AD U+034F U+061C",
        ),
        ("\u{180e}\u{115f}\u{1160}", "U+180E U+115F U+1160"),
        ("\u{3164}\u{ffa0}\u{17b4}", "U+3164 U+FFA0 U+17B4"),
        ("\u{2060}\u{2064}\u{206a}", "U+2060 U+2064 U+206A"),
        ("\u{fff9}\u{1d173}\u{e0fff}", "U+FFF9 U+1D173 U+E0FFF"),
        ("\u{1b}[2J\u{7}\u{7f}\u{8}", "U+001B U+0007 U+007F U+0008"),
        // Zero-width spaces that separate nothing, selectors in a row and after letters.
        ("ไ\u{200b}", "U+200B"),
        ("ไ\u{200b}\u{200b}ท", "U+200B U+200B"),
        ("ไ\u{200b} a", "U+200B"),
        ("葛\u{e0100}\u{e0101}", "U+E0101"),
        ("あ\u{e0100}a\u{e0100}", "U+E0100 U+E0100"),
        ("\u{2229}\u{fe00}\u{fe00}", "U+FE00"),
        // A second variation selector, joiners in a row, a joiner after an emoji.
        ("\u{2764}\u{fe0f}\u{fe0f}", "U+FE0F"),
        ("\u{645}\u{200c}\u{200c}\u{645}", "U+200C U+200C"),
        ("\u{1f600}\u{200d}a", "U+200D"),
        ("1\u{fe0f}", "U+FE0F"),
        // Flags without an end, without a region, and with a message.
        ("\u{1f3f4}\u{e0067}\u{e0062}", "U+E0067 U+E0062"),
        ("\u{1f3f4}\u{e0067}\u{e007f}", "U+E0067 U+E007F"),
        (
            "\u{1f3f4}\u{e0072}\u{e0065}\u{e0061}\u{e0064}\u{e0061}\u{e006c}\u{e007f}",
            "U+E0072 U+E0065 U+E0061 U+E0064 U+E0061 U+E006C U+E007F",
        ),
        (
            "\u{1f600}\u{e0067}\u{e0062}\u{e0073}\u{e007f}",
            "U+E0067 U+E0062 U+E0073 U+E007F",
        ),
        // Direction marks in a row, and in another line than the Hebrew letter.
        ("\u{5d0}\u{200e}\u{200f}", "U+200E U+200F"),
        ("\u{5d0}\nab\u{200f}", "U+200F"),
        ("\u{5d0}\u{202b}", "U+202B"),
    ] {
        assert_eq!(names(text), found, "{text:?}");
    }
}

#[test]
fn keeps_what_scripts_and_emoji_need() {
    for text in [
        "plain\ttext\r\n",
        "naïve Straße, 日本語、한국어",
        // Flags, families, skin tones, hearts, keycaps, professions.
        "\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f} and \u{1f1e9}\u{1f1ea}",
        "\u{1f3f4}\u{e0075}\u{e0073}\u{e0074}\u{e0078}\u{e007f}",
        "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}",
        "\u{1f469}\u{1f3fd}\u{200d}\u{1f4bb} \u{2764}\u{fe0f}\u{200d}\u{1f525}",
        "1\u{fe0f}\u{20e3} \u{26a0}\u{fe0f} \u{2139}\u{fe0e} \u{1f3f3}\u{fe0f}\u{200d}\u{1f308}",
        "\u{1f3f4}\u{200d}\u{2620}\u{fe0f}",
        // Persian, also after Latin letters, Arabic, Urdu.
        "می‌خواهم",
        "API‌ها",
        "نامه‌ای به‌روز",
        // Hindi, Bengali, Tamil, Malayalam, Sinhala.
        "क्‍ष ज्ञ",
        "র‍্যাব",
        "ஸ்ரீ க்‌ஷ",
        "ന്‍ ",
        "ශ්‍රී ලංකා",
        // Khmer and Thai with zero-width spaces between words, Mongolian with a selector.
        "ភាសា\u{200b}ខ្មែរ",
        "ใช้\u{200b}API\u{200b}ได้ (ไทย\u{200b}) 12\u{200b}ខែ",
        // Variants of ideographs, operators and punctuation.
        "葛\u{e0100}城市 辻\u{e0101}",
        "\u{2229}\u{fe00} 0\u{fe00} 神\u{fe00} \u{ff0c}\u{fe01}",
        // Breaks, and text in Windows-1252 that was decoded as Latin-1.
        "a\u{b}b\u{c}c\u{85}d\u{2028}e\u{2029}f",
        "it\u{92}s \u{93}quoted\u{94}",
        "ภาษา\u{200b}ไทย",
        "ᠮᠣᠩᠭᠣᠯ\u{180b}",
        // Direction marks in Hebrew and Arabic.
        "שלום (C++)\u{200e} עולם",
        "\u{200f}مرحبا API",
    ] {
        assert_eq!(names(text), "", "{text:?}");
        assert_eq!(escape(text), text);
        assert_eq!(strip(text), text);
    }
}

#[test]
fn escapes_as_json_does() {
    let text = "a\u{e0041}\u{200b}b";
    assert_eq!(escape(text), r"a\udb40\udc41\u200bb");
    assert_eq!(strip(text), "ab");
}

/// A response of an API may have any size.
#[test]
fn long_lines_with_many_marks_take_linear_time() {
    let start = std::time::Instant::now();
    let text = "\u{200e}a".repeat(300_000);
    assert_eq!(find(&text).len(), 300_000);
    let text = format!("{}\u{5d0}", "\u{200e}a".repeat(300_000));
    assert_eq!(find(&text).len(), 0);
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}
