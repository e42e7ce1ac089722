"""Several clinics: updates of heads that were learnt on devices, and one head from them."""
