/* language_samples.h - what the profiles of language.c are counted from.
 *
 * Sentences written for this purpose, everyday and medical; only their letter
 * triples are counted. "other" collects languages that we do not serve but that
 * look like those we do.
 *
 * Inside src/text only.
 */
#ifndef TEXT_LANGUAGE_SAMPLES_H
#define TEXT_LANGUAGE_SAMPLES_H

struct language_sample {
    const char *lang; /* as language_guess gives it */
    const char *text;
    const char *words; /* frequent small words of the language */
};

/* In the order of the ISO 639 codes of their languages. */
enum { LANGUAGE_SAMPLES = 10 };
extern const struct language_sample language_samples[LANGUAGE_SAMPLES];

#endif
