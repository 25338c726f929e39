"""The library, as somebody who only knows its documentation uses it."""
