from indicators.thai_order import thai_order


def test_names_stand_as_in_a_dictionary():
    names = ["แขก", "เขต", "ขวด", "กรม", "โรง", "ไก่", "เกาะ", "ร้าน", "ราก", "ก้าน", "การ", "อำเภอ", "OPDC"]
    assert sorted(names, key=thai_order) == [
        "OPDC", "กรม", "ก้าน", "การ", "เกาะ", "ไก่", "ขวด", "เขต", "แขก", "ราก", "ร้าน", "โรง", "อำเภอ",
    ]  # fmt: skip
