"""From a code and its numbers to a sentence, in English and Chinese: one catalogue a language, one composer.

What finds something writes `Said(code, numbers)`; nobody but this room writes the sentence.
"""
